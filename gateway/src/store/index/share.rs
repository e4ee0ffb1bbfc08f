//! Who has to give way when the store is full: the application that has the most. One that sends little never loses
//! anything to one that sends much.

/// How full the store is with something, from 0 to 1 and above.
pub fn of(used: u64, bound: u64) -> f64 {
    if bound == 0 { f64::INFINITY } else { used as f64 / bound as f64 }
}

/// The one with the largest share.
pub fn largest<T>(shares: impl Iterator<Item = (T, f64)>) -> Option<T> {
    shares.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(who, _)| who)
}
