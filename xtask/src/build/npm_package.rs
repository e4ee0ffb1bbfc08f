//! The npm package, `dist/npm/`, and the same packed, `dist/npm/tracebeam-VERSION.tgz`.
//!
//! It is flat, with one file for each entry point: old resolvers, and browsers without any, find everything. The default
//! file loads its JavaScript core only where WebAssembly is missing or forbidden. `full` contains both cores, for bundlers
//! that do not know that they bundle for a browser, and for servers, which use neither.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::core::Core;
use super::{Build, esbuild, miniapp, types};
use crate::run;
use crate::stamp::{self, Inputs};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Module,
    CommonJs,
}
use Format::{CommonJs, Module};

/// Entry below pkg-template/js/entry, file in the package, format.
const FILES: &[(&str, &str, Format)] = &[
    ("module", "index.js", Module),
    ("module", "index.cjs", CommonJs),
    ("module-full", "full.js", Module),
    ("module-full", "full.cjs", CommonJs),
    ("module-external", "external.js", Module),
    ("module-external-commonjs", "external.cjs", CommonJs),
    ("module-nowasm", "nowasm.js", Module),
    ("module-nowasm", "nowasm.cjs", CommonJs),
    ("lazy", "lazy.js", Module),
    ("../load/nowasm", "javascript.js", Module),
];

pub fn make(build: &Build, core: &Core) -> Result<bool> {
    let template = build.paths.at("pkg-template");
    let dir = build.dist().join("npm");
    let tarball = dir.join(format!("tracebeam-{}.tgz", build.manifest.version));
    let scripts = ["tracebeam.js", "tracebeam.nowasm.js"].map(|name| build.dist().join(name));
    let mut inputs = Inputs::new()
        .text(&build.manifest.version)
        .file(&template)?
        .file(&core.wasm)?
        .file(&build.paths.at("LICENSE"))?
        .file(&build.paths.at("package-lock.json"))?;
    inputs = inputs.file(&miniapp::package(build))?;
    for script in &scripts {
        inputs = inputs.file(script)?;
    }
    let stamp = inputs.stamp(build.work().join("stamps/npm-package"));
    if stamp.is_fresh(&[&tarball]) {
        return Ok(false);
    }

    // A file of an older build must not get into the tarball.
    if dir.is_dir() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(&dir)?;
    for (entry, name, format) in FILES {
        bundle(build, core, &template.join(format!("js/entry/{entry}.js")), &dir.join(name), *format)?;
    }
    types::write(&template, &dir)?;
    copy(&core.wasm, &dir.join("tracebeam.wasm"))?;
    copy(&build.paths.at("LICENSE"), &dir.join("LICENSE"))?;
    copy(&template.join("README.md"), &dir.join("README.md"))?;
    for script in &scripts {
        copy(script, &dir.join(script.file_name().context("a script without a name")?))?;
    }
    miniapp::install_in(build, &dir)?;
    let manifest = fs::read_to_string(template.join("package.json"))?;
    stamp::write(&dir.join("package.json"), manifest.replace("\"0.0.0\"", &format!("\"{}\"", build.manifest.version)))?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--ignore-scripts", "--no-update-notifier"]).current_dir(&dir);
    run::quiet("npm pack", &mut pack)?;
    fs::metadata(&tarball).context("npm pack left no tarball")?;
    stamp.write()?;
    Ok(true)
}

fn bundle(build: &Build, core: &Core, entry: &Path, output: &Path, format: Format) -> Result<()> {
    let mut bundle = esbuild::bundle(build, core, entry, output);
    bundle.args(["--target=es2017", "--supported:dynamic-import=true", "--supported:import-meta=true"]);
    bundle.args(["--sourcemap=linked", "--sources-content=true"]);
    match format {
        Module => bundle.arg("--format=esm"),
        // `require` returns the agent itself.
        CommonJs => bundle.args(["--format=cjs", "--footer:js=module.exports=module.exports.default;"]),
    };
    run::quiet("esbuild", &mut bundle)?;
    if format == CommonJs {
        // lazy.js is an ES module, which `require` cannot load everywhere. A dynamic import can.
        let text = fs::read_to_string(output)?;
        let own = "({load:()=>import(\"./javascript.js\").then(({instantiate})=>instantiate())})";
        stamp::write(output, text.replace("require(\"./lazy.js\")", own))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
