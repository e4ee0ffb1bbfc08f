//! Trace, span and other ids, from randomness that the host hands in.

use super::text::Out;

/// Random bytes from the host's secure generator, and a generator of our own for hosts that have none: a request never
/// waits for randomness.
#[derive(Debug)]
pub struct Entropy {
    pool: Vec<u8>,
    state: [u32; 4],
}

/// 128 bits that name a trace (W3C Trace Context, `trace-id`).
pub type TraceId = [u8; 16];
/// 64 bits that name a span (W3C Trace Context, `parent-id`).
pub type SpanId = [u8; 8];

impl Default for Entropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy {
    /// A pool without random bytes.
    pub const fn new() -> Self {
        // The generator never leaves the state of all zeros, so it must not begin there.
        Self { pool: Vec::new(), state: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344] }
    }

    /// Adds fresh random bytes and stirs them into the generator's state.
    pub fn feed(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(4) {
            let word = chunk.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
            self.stir(word);
        }
        self.pool.clear();
        self.pool.extend_from_slice(bytes);
    }

    /// Random bytes that are not all zero: an all-zero id is forbidden in every protocol.
    pub fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut id = [0; N];
        self.fill(&mut id);
        id
    }

    #[inline(never)]
    fn fill(&mut self, id: &mut [u8]) {
        let mut any = 0;
        for byte in &mut *id {
            *byte = self.byte();
            any |= *byte;
        }
        if any == 0
            && let Some(byte) = id.last_mut()
        {
            // No second draw: a host whose randomness is broken must not hang the page.
            *byte = 1;
        }
    }

    /// `2 * bytes` characters of lower-case hex.
    pub fn hex<const N: usize>(&mut self) -> Out {
        let mut out = Out::new();
        out.hex(&self.draw::<N>());
        out
    }

    /// A number in `[0, 1)` with 32 random bits.
    pub fn fraction(&mut self) -> f64 {
        f64::from(u32::from_be_bytes(self.draw())) / 4_294_967_296.0
    }

    fn byte(&mut self) -> u8 {
        self.pool.pop().unwrap_or_else(|| (self.next() >> 24) as u8)
    }

    fn stir(&mut self, word: u32) {
        let [a, b, c, d] = &mut self.state;
        *a ^= word;
        // A zero state would stay zero for ever.
        *b = b.wrapping_add(word).wrapping_add(0x9e37_79b9);
        *c ^= word.rotate_left(16);
        *d = d.wrapping_add(1);
        self.next();
    }

    /// xoshiro128++ 1.0 (Blackman and Vigna, public domain algorithm).
    fn next(&mut self) -> u32 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(7).wrapping_add(a);
        let (mut a, mut b, mut c, mut d) = (a, b, c, d);
        let shifted = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = d.rotate_left(11);
        self.state = [a, b, c, d];
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_zero_id_is_never_given_out() {
        let mut entropy = Entropy::default();
        entropy.feed(&[1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_ne!(entropy.draw::<8>(), [0; 8]);
    }

    #[test]
    fn a_generator_that_was_never_fed_still_gives_different_ids() {
        let mut entropy = Entropy::new();
        assert_ne!(entropy.draw::<16>(), entropy.draw::<16>());
    }

    #[test]
    fn the_generator_takes_over_when_the_pool_is_empty_and_does_not_repeat() {
        let mut entropy = Entropy::default();
        entropy.feed(&[7; 16]);
        let ids: HashSet<TraceId> = (0..10_000).map(|_| entropy.draw()).collect();
        assert_eq!(ids.len(), 10_000);
    }

    #[test]
    fn different_seeds_give_different_ids() {
        let id = |seed: u8| {
            let mut entropy = Entropy::default();
            entropy.feed(&[seed; 4]);
            entropy.draw::<4>();
            entropy.draw::<16>()
        };
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(2));
    }
}
