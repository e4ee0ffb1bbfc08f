//! The agent inside the crate tracebeam-web, `web/js/tracebeam.js`: the npm package's code as one ES module without imports.
//! Tools such as trunk and wasm-pack copy that one file beside the application's module.

use anyhow::Result;

use super::core::Core;
use super::{Build, esbuild, terser};
use crate::run;
use crate::stamp::{self, Inputs};

pub fn make(build: &Build, core: &Core) -> Result<bool> {
    let sources = build.paths.at("pkg-template/js");
    let output = build.paths.at("web/js/tracebeam.js");
    let bundled = build.work().join("bundled-rust.js");
    let mut bundle = esbuild::bundle(build, core, &sources.join("entry/module-rust.js"), &bundled);
    // The later of two definitions counts.
    bundle.args(["--format=esm", "--target=es2017", "--define:__RUST__=true"]);
    let mut shorten = terser::shorten(build, &bundled, &output);
    shorten.arg("--module");

    let stamp = Inputs::new()
        .text(run::in_words(&bundle))
        .text(run::in_words(&shorten))
        .file(&sources)?
        .file(&core.bytes_js)?
        .file(&build.paths.at("package-lock.json"))?
        .stamp(build.work().join("stamps/rust-crate"));
    if stamp.is_fresh(&[&output]) {
        return Ok(false);
    }
    // git keeps no empty folder.
    stamp::write(&output, "")?;
    run::quiet("esbuild", &mut bundle)?;
    run::quiet("terser", &mut shorten)?;
    stamp.write()?;
    Ok(true)
}
