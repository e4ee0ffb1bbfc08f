//! The files for script tags: everything in one classic script. `tracebeam.js` contains the module's bytes,
//! `tracebeam.nowasm.js` the module as JavaScript.

use std::path::Path;

use anyhow::Result;

use super::core::Core;
use super::{Build, esbuild, terser};
use crate::run;
use crate::stamp::Inputs;

pub fn make(build: &Build, core: &Core) -> Result<bool> {
    bundle(build, core, "script", "tracebeam.js", &core.bytes_js)
}

pub fn make_nowasm(build: &Build, core: &Core) -> Result<bool> {
    bundle(build, core, "nowasm", "tracebeam.nowasm.js", &core.javascript)
}

/// `part`: the file of the core that the entry imports.
fn bundle(build: &Build, core: &Core, entry: &str, name: &str, part: &Path) -> Result<bool> {
    let sources = build.paths.at("pkg-template/js");
    let output = build.dist().join(name);
    let bundled = build.work().join(format!("bundled-{entry}.js"));
    let mut bundle = esbuild::bundle(build, core, &sources.join(format!("entry/{entry}.js")), &bundled);
    bundle.args(["--format=iife", "--target=es2017"]);
    let mut shorten = terser::shorten(build, &bundled, &output);

    let stamp = Inputs::new()
        .text(run::in_words(&bundle))
        .text(run::in_words(&shorten))
        .file(&sources)?
        .file(part)?
        .file(&build.paths.at("package-lock.json"))?
        .stamp(build.work().join("stamps").join(name));
    if stamp.is_fresh(&[&output]) {
        return Ok(false);
    }
    run::quiet("esbuild", &mut bundle)?;
    run::quiet("terser", &mut shorten)?;
    stamp.write()?;
    Ok(true)
}
