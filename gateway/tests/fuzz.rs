//! The fuzz targets of `fuzz/`, on their committed seeds: `fuzz/seeds/TARGET/*`. Inputs that once broke a decoder are
//! among them. docs/gateway.md says how to search for more.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::{fs, path::Path};

#[test]
fn no_seed_breaks_a_decoder() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, target) in targets::TARGETS {
        assert!(fuzz.join(format!("fuzz_targets/{name}.rs")).exists(), "{name} can be fuzzed");
        let files: Vec<_> = fs::read_dir(fuzz.join("seeds").join(name)).unwrap().collect();
        assert!(files.len() > 2, "{name} has seeds");
        for file in files {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            // Cut seeds, too: a decoder must not expect more than there is.
            let cuts = (0..bytes.len()).step_by((bytes.len() / 16).max(1));
            for end in cuts.chain([bytes.len()]) {
                println!("{}, {end} bytes", path.display());
                target(&bytes[..end]);
            }
        }
    }
}
