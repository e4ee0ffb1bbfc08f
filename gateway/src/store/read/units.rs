//! From the units of rows to those of the API.

pub const NS_PER_MS: f64 = 1_000_000.0;
pub const US_PER_MS: f64 = 1_000.0;

pub fn milliseconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / NS_PER_MS
}

pub fn from_us(microseconds: i64) -> f64 {
    microseconds as f64 / US_PER_MS
}
