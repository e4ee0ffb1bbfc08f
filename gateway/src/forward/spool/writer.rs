//! The thread that appends. It alone decides which spans are new.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::Receiver,
    },
};

use tokio::sync::{oneshot, watch};

use super::{
    cursor::Position,
    error::SpoolError,
    record::{Key, Record},
    seen::Seen,
    segment,
};
use crate::{
    forward::encode,
    limits::{SEGMENT_BYTES, WRITES_PER_SYNC},
};

/// What the thread is asked to do: append these records, all or none. The answer is the number of spans that were
/// known.
pub struct Append {
    pub records: Vec<Record>,
    pub answer: oneshot::Sender<Result<usize, SpoolError>>,
}

/// The thread's state.
pub struct Writer {
    pub directory: PathBuf,
    pub seen: Seen,
    /// Bytes that the receiver has not answered for.
    pub used: Arc<AtomicU64>,
    pub most: u64,
    /// Up to where records are on the disk.
    pub synced: watch::Sender<Position>,
    /// `None` until there is something to write, and after a failure.
    pub file: Option<File>,
}

impl Writer {
    /// Works until the last handle is gone.
    pub fn run(&mut self, queue: &Receiver<Append>) {
        while let Ok(first) = queue.recv() {
            let waiting = std::iter::once(first).chain(queue.try_iter()).take(WRITES_PER_SYNC).collect();
            self.append(waiting);
        }
    }

    fn append(&mut self, requests: Vec<Append>) {
        let (mut bytes, mut new, mut answers) = (Vec::new(), HashSet::new(), Vec::new());
        for Append { records, answer } in requests {
            let result = self.take(records, &mut bytes, &mut new);
            answers.push((answer, result));
        }
        let written = if bytes.is_empty() { Ok(()) } else { self.write(&bytes) };
        if written.is_ok() {
            new.into_iter().for_each(|key| self.seen.add(key));
        }
        for (answer, result) in answers {
            let result = result.and_then(|known| written.map(|()| known));
            // A client that has gone away does not undo its request.
            let _ = answer.send(result);
        }
    }

    /// Adds what is new of one request to what is written next.
    fn take(&self, records: Vec<Record>, bytes: &mut Vec<u8>, new: &mut HashSet<Key>) -> Result<usize, SpoolError> {
        let (mut known_spans, mut taken, mut keys) = (0, Vec::new(), HashSet::new());
        for record in records {
            // What an earlier request of this same write brought counts as known: both are answered together.
            let is_known = |key: &Key| self.seen.has(key) || new.contains(key) || !keys.insert(*key);
            let known: Vec<bool> = record.keys.iter().map(is_known).collect();
            let known_here = known.iter().filter(|known| **known).count();
            known_spans += known_here;
            let left = if known_here == 0 { Some(record) } else { encode::without(&record, &known) };
            let Some(left) = left else { continue };
            taken.extend(left.to_bytes());
        }
        if self.used.load(Ordering::Relaxed) + (bytes.len() + taken.len()) as u64 > self.most {
            return Err(SpoolError::Full);
        }
        bytes.extend(taken);
        new.extend(keys);
        Ok(known_spans)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        let before = *self.synced.borrow();
        match self.try_write(bytes, before) {
            Ok(position) => {
                self.used.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                self.synced.send_replace(position);
                Ok(())
            }
            Err(error) => {
                // The next write goes to a new segment.
                self.file = None;
                Err(SpoolError::Unavailable(error.kind()))
            }
        }
    }

    fn try_write(&mut self, bytes: &[u8], before: Position) -> io::Result<Position> {
        let mut position = before;
        let file = match &mut self.file {
            Some(file) if before.offset < SEGMENT_BYTES => file,
            other => {
                position = Position { segment: next_number(&self.directory, before)?, offset: 0 };
                other.insert(segment::create(&self.directory, position.segment)?)
            }
        };
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_data()) {
            // These requests are refused and come again.
            let _ = file.set_len(position.offset);
            return Err(error);
        }
        position.offset += bytes.len() as u64;
        Ok(position)
    }
}

/// A number above all that were ever used.
fn next_number(directory: &std::path::Path, before: Position) -> io::Result<u64> {
    let last = segment::numbers(directory)?.last().copied().unwrap_or_default();
    Ok(last.max(before.segment) + 1)
}
