//! Sizes raw, after gzip and after brotli. Brotli at its best takes a second, so results are stored.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::paths::Paths;
use crate::stamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    let kept = paths.work().join(format!("weights/{:016x}", hasher.finish()));
    if let Some(weight) = fs::read_to_string(&kept).ok().and_then(|text| parse(&text)) {
        return Ok(weight);
    }
    let weight = Weight { raw: bytes.len(), gzip: gzip(bytes)?, brotli: brotli(bytes)? };
    stamp::write(&kept, format!("{} {} {}\n", weight.raw, weight.gzip, weight.brotli))?;
    Ok(weight)
}

fn parse(text: &str) -> Option<Weight> {
    let mut numbers = text.split_whitespace().map(|word| word.parse().ok());
    Some(Weight { raw: numbers.next()??, gzip: numbers.next()??, brotli: numbers.next()?? })
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

    #[test]
    fn a_kept_weight_reads_back() {
        assert_eq!(parse("30 20 10\n"), Some(Weight { raw: 30, gzip: 20, brotli: 10 }));
        assert_eq!(parse("30 20"), None);
    }
}
