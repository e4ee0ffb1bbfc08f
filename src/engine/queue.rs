//! Finished events on their way out: batches by count and by time.

use super::text::Out;

/// Most bytes of events that wait. The page's memory is not ours: what comes beyond is dropped and counted.
pub const MAX_BYTES: usize = 1 << 20;

/// Events of the next batch, written as JSON already, commas between them: the most compact form,
/// and one that needs no second pass.
#[derive(Debug, Default)]
pub struct Queue {
    events: Out,
    count: u32,
    dropped: u32,
}

impl Queue {
    /// Adds an event that `write` writes.
    pub fn push(&mut self, write: impl FnOnce(&mut Out)) {
        if self.events.len() >= MAX_BYTES {
            self.dropped += 1;
            return;
        }
        if self.count > 0 {
            self.events.ascii(b',');
        }
        self.count += 1;
        write(&mut self.events);
    }

    /// Number of events that wait.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// How many events were lost to the bound since the start.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// The events that wait, for one batch.
    pub fn events(&self) -> &Out {
        &self.events
    }

    /// The events have been sent.
    pub fn clear(&mut self) {
        self.events.clear();
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded_and_counts_what_it_drops() {
        let mut queue = Queue::default();
        let text = "x".repeat(MAX_BYTES);
        for _ in 0..3 {
            queue.push(|out| out.str(&text));
        }
        assert_eq!((queue.count(), queue.dropped()), (1, 2));
        queue.clear();
        queue.push(|out| out.str("a"));
        queue.push(|out| out.str("b"));
        assert_eq!((queue.count(), queue.events().as_str()), (2, "a,b"));
    }
}
