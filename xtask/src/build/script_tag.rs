//! `tracebeam.js`, for a script tag: everything in one classic script, the module's bytes included.

use anyhow::Result;

use super::core::Core;
use super::{Build, esbuild, terser};
use crate::run;
use crate::stamp::Inputs;

/// Bundles pkg-template/js/entry/script.js.
pub fn make(build: &Build, core: &Core) -> Result<bool> {
    let sources = build.paths.at("pkg-template/js");
    let output = build.dist().join("tracebeam.js");
    let bundled = build.work().join("script-tag.js");
    let mut bundle = esbuild::bundle(build, core, &sources.join("entry/script.js"), &bundled);
    bundle.args(["--format=iife", "--target=es2017"]);
    let mut shorten = terser::shorten(build, &bundled, &output);

    let stamp = Inputs::new()
        .text(run::in_words(&bundle))
        .text(run::in_words(&shorten))
        .file(&sources)?
        .file(&core.bytes_js)?
        .file(&build.paths.at("package-lock.json"))?
        .stamp(build.work().join("stamps/script-tag"));
    if stamp.is_fresh(&[&output]) {
        return Ok(false);
    }
    run::quiet("esbuild", &mut bundle)?;
    run::quiet("terser", &mut shorten)?;
    stamp.write()?;
    Ok(true)
}
