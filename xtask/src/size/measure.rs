//! Sizes raw, after gzip and after brotli. Brotli at its best takes a second, so results are stored.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::paths::Paths;
use crate::stamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Weight {
    pub raw: usize,
    pub gzip: usize,
    /// brotli at quality 11 with a window of 4 MiB, as a server that compresses ahead of time does.
    pub brotli: usize,
}

/// Measures, or reads what an earlier run measured of the same bytes.
pub fn weigh(paths: &Paths, bytes: &[u8]) -> Result<Weight> {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let kept = paths.work().join(format!("weights/{:016x}.json", hasher.finish()));
    if let Some(weight) = fs::read(&kept).ok().and_then(|kept| serde_json::from_slice(&kept).ok()) {
        return Ok(weight);
    }
    let weight = Weight { raw: bytes.len(), gzip: gzip(bytes)?, brotli: brotli(bytes)? };
    stamp::write(&kept, serde_json::to_vec(&weight)?)?;
    Ok(weight)
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    brotli::CompressorReader::new(bytes, 4096, 11, 22).read_to_end(&mut packed)?;
    Ok(packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compressors_compress() {
        let bytes = "the same words again and again. ".repeat(100);
        assert!(gzip(bytes.as_bytes()).unwrap() < 150);
        assert!(brotli(bytes.as_bytes()).unwrap() < 100);
    }
}
