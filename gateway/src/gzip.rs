//! Unpacks gzip within bounds: a few kilobytes can unpack to gigabytes.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// How much is unpacked between two looks at the memory that is left.
const STEP: u64 = 64 * 1024;

/// Why a body was not unpacked.
#[derive(Debug)]
pub enum Fault {
    /// There is no memory for it now.
    NoRoom,
    /// It unpacks to more than the limit.
    TooLarge,
    /// It is not gzip.
    Invalid(io::Error),
}

/// Unpacks at most `limit` bytes. `reserve` is asked for memory before each step.
pub fn unpack(packed: &[u8], limit: usize, mut reserve: impl FnMut(usize) -> bool) -> Result<Vec<u8>, Fault> {
    let mut reader = MultiGzDecoder::new(packed);
    let mut unpacked = Vec::new();
    loop {
        if !reserve(STEP as usize) {
            return Err(Fault::NoRoom);
        }
        let read = reader.by_ref().take(STEP).read_to_end(&mut unpacked).map_err(Fault::Invalid)?;
        if unpacked.len() > limit {
            return Err(Fault::TooLarge);
        }
        if read == 0 {
            return Ok(unpacked);
        }
    }
}
