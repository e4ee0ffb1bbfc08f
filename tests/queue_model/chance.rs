//! The generator that drives a world.

/// xorshift32: small, seeded, and enough.
pub struct Chance(pub u32);

impl Chance {
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % limit
    }
}
