//! The package for mini-programs, as plain files. WeChat copies the directory that `miniprogram` names, and Alipay takes
//! `node_modules` without compiling it. So everything is ES5 and CommonJS, and every path is a file.
//!
//! The core is the agent crate with its feature `miniapp`: once as WebAssembly, once more as JavaScript made of that very module.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::core::{self, Core};
use super::{Build, esbuild, terser};
use crate::run;
use crate::stamp::{self, Inputs};

/// The feature of the agent crate.
pub const FEATURE: &str = "miniapp";

/// Entry file, the file that it becomes, and the path that `tracebeam/miniapp` has in a package that was copied elsewhere.
const ENTRIES: &[(&str, &str, &str)] =
    &[("miniapp", "index", "miniapp/index"), ("miniapp-wasm", "wasm", "miniapp/wasm")];

/// Never runs. Node and bundlers read from it which named exports there are.
const NAMES: &str = "0&&(exports.version=exports.init=exports.flush=exports.stop=exports.wrapRequest=0);";

/// What follows this in index.d.ts is for browsers alone.
const BROWSER_TYPES: &str = "\n/** The agent. ";

/// Makes dist/miniapp. A build with features leaves it out.
pub fn make(build: &Build, _: &Core) -> Result<bool> {
    if !build.features.is_empty() {
        return Ok(false);
    }
    let own = Build { features: FEATURE.to_owned(), ..build.clone() };
    println!("  the core for mini-programs:");
    let core = core::make(&own)?;
    let package = package(build);
    let stamp = Inputs::new()
        .file(&build.paths.at("pkg-template"))?
        .file(&core.wasm)?
        .file(&core.javascript)?
        .file(&build.paths.at("package-lock.json"))?
        .text(&build.manifest.version)
        .stamp(build.work().join("stamps/miniapp"));
    if stamp.is_fresh(&[&package.join("package.json")]) {
        return Ok(false);
    }
    if package.is_dir() {
        fs::remove_dir_all(&package)?;
    }
    fill(build, &own, &core, &package.join("dist"))?;
    stamp::write(&package.join("package.json"), manifest(&build.manifest.version))?;
    fs::copy(build.paths.at("LICENSE"), package.join("LICENSE"))?;
    fs::copy(build.paths.at("docs/miniprogram.md"), package.join("README.md"))?;
    stamp.write()?;
    Ok(true)
}

pub fn package(build: &Build) -> PathBuf {
    build.dist().join("miniapp")
}

/// Copies the files into the npm package's directory `miniapp`. `tracebeam/miniapp` and `tracebeam/miniapp/wasm` are files
/// there, since many resolvers know no `exports`. The package's other files are modules; these are CommonJS.
pub fn install_in(build: &Build, npm: &Path) -> Result<()> {
    let from = package(build).join("dist");
    let mut files = Vec::new();
    stamp::collect(&from, &mut files)?;
    for file in files {
        stamp::write(&npm.join("miniapp").join(file.strip_prefix(&from)?), fs::read(&file)?)?;
    }
    stamp::write(
        &npm.join("miniapp/package.json"),
        "{ \"type\": \"commonjs\", \"main\": \"index.js\", \"types\": \"index.d.ts\" }\n",
    )
}

/// Writes everything that ships into `dist`.
fn fill(build: &Build, own: &Build, core: &Core, dist: &Path) -> Result<()> {
    for (entry, name, alias) in ENTRIES {
        script(own, core, entry, &dist.join(format!("{name}.js")))?;
        stamp::write(&dist.join(format!("{alias}.js")), format!("module.exports = require('../{name}.js');\n"))?;
        stamp::write(
            &dist.join(format!("{alias}.d.ts")),
            format!("import tracebeam = require('../{name}');\nexport = tracebeam;\n"),
        )?;
    }
    let template = build.paths.at("pkg-template");
    let types = fs::read_to_string(template.join("index.d.ts"))?;
    let (types, _) = types.split_once(BROWSER_TYPES).context("pkg-template/index.d.ts declares no agent")?;
    // Mini-programs have no XMLHttpRequest, and their libraries of types have no such name.
    stamp::write(&dist.join("configuration.d.ts"), types.replace(", xhr?: XMLHttpRequest", ""))?;
    for name in ["index.d.ts", "wasm.d.ts"] {
        stamp::write(&dist.join(name), fs::read(template.join("miniapp").join(name))?)?;
    }
    let wasm = fs::read(&core.wasm)?;
    let mut packed = Vec::new();
    brotli::CompressorReader::new(&*wasm, 4096, 11, 22).read_to_end(&mut packed)?;
    stamp::write(&dist.join("core.wasm"), wasm)?;
    stamp::write(&dist.join("core.wasm.br"), packed)
}

/// esbuild joins, TypeScript's compiler makes ES5 of it (esbuild stops at ES2015), terser shortens.
fn script(own: &Build, core: &Core, entry: &str, output: &Path) -> Result<()> {
    let work = own.work();
    let joined = work.join(format!("joined/{entry}.js"));
    let source = own.paths.at("pkg-template/js/entry").join(format!("{entry}.js"));
    let mut bundle = esbuild::bundle(own, core, &source, &joined);
    bundle.args(["--format=cjs", "--target=esnext", "--log-override:commonjs-variable-in-esm=silent"]);
    run::quiet("esbuild", &mut bundle)?;

    let old = work.join("es5");
    let mut tsc = Command::new(own.paths.npm_bin("tsc"));
    tsc.current_dir(&own.paths.root).arg(&joined).arg("--outDir").arg(&old);
    tsc.args(["--allowJs", "--noCheck", "--target", "es5", "--lib", "es5", "--module", "none", "--newLine", "lf"]);
    // An empty directory, so that no @types package is read.
    tsc.arg("--typeRoots").arg(&old);
    run::quiet("tsc", &mut tsc)?;
    // Sloppy mode would replace the application's `this`.
    let script = old.join(format!("{entry}.js"));
    let text = fs::read_to_string(&script)?;
    let banner = esbuild::banner(&own.manifest.version);
    let text = text.replacen(&banner, "", 1);
    stamp::write(&script, format!("{banner}\n\"use strict\";\n{text}"))?;
    fs::create_dir_all(output.parent().context("a file without a directory")?)?;
    run::quiet("terser", &mut terser::shorten_commonjs(own, &script, output))?;
    let short = fs::read_to_string(output)?;
    stamp::write(output, format!("{}\n{NAMES}\n", short.trim_end()))
}

fn manifest(version: &str) -> String {
    format!(
        "{{\n  \"name\": \"tracebeam\",\n  \"version\": \"{version}\",\n  \
         \"description\": \"Real User Monitoring for mini-programs: trace headers into requests, requests into spans\",\n  \
         \"license\": \"Apache-2.0\",\n  \"main\": \"dist/index.js\",\n  \"types\": \"dist/index.d.ts\",\n  \
         \"miniprogram\": \"dist\",\n  \"files\": [\"dist\"]\n}}\n"
    )
}
