//! Identities in 16 bytes.

use std::hash::{BuildHasher, Hash, RandomState};

/// Stands for an identity that is made of texts. Two identities never share a key in practice, and nobody outside can
/// make them: both halves are keyed at random at each start.
pub type Key = u128;

/// Makes keys.
#[derive(Default)]
pub struct Keys {
    high: RandomState,
    low: RandomState,
}

impl Keys {
    /// The key of a value.
    pub fn of(&self, value: impl Hash + Copy) -> Key {
        u128::from(self.high.hash_one(value)) << 64 | u128::from(self.low.hash_one(value))
    }
}
