//! The package for mini-programs, as plain files: WeChat copies the folder that `miniprogram` names, Alipay takes
//! `node_modules` as it lies there, without compiling it. So everything is ES5 and CommonJS, and paths resolve by themselves.
//!
//! The core is the agent crate with its feature `miniapp`: once as WebAssembly, once more as JavaScript made of that very module.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use super::core::{self, Core};
use super::{Build, esbuild, terser};
use crate::run;
use crate::stamp::{self, Inputs};

/// The feature of the agent crate.
pub const FEATURE: &str = "miniapp";

/// Entry file, the folder that it becomes, and the file that makes it a sub-path of the package (`tracebeam/miniapp`).
/// Each folder is complete, and a mini-program uploads one: who takes the core as JavaScript has no use for the module.
const ENTRIES: &[(&str, &str, &str)] =
    &[("miniapp", "dist", "miniapp/index"), ("miniapp-wasm", "wasm", "miniapp/wasm")];

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
    fill(build, &own, &core, &package)?;
    stamp::write(&package.join("package.json"), manifest(&build.manifest.version))?;
    fs::copy(build.paths.at("LICENSE"), package.join("LICENSE"))?;
    fs::copy(build.paths.at("docs/miniprogram.md"), package.join("README.md"))?;
    stamp.write()?;
    Ok(true)
}

pub fn package(build: &Build) -> PathBuf {
    build.dist().join("miniapp")
}

/// Puts what ships into the npm package: its folder `miniapp` is what WeChat copies, for the many resolvers that know no
/// `exports`. The package is of modules; these files are not.
pub fn install_in(build: &Build, npm: &Path) -> Result<()> {
    for (entry, folder, _) in ENTRIES {
        let from = package(build).join(folder);
        let to = npm.join(entry);
        let mut files = Vec::new();
        stamp::collect(&from, &mut files)?;
        for file in files {
            stamp::write(&to.join(file.strip_prefix(&from)?), fs::read(&file)?)?;
        }
        stamp::write(
            &to.join("package.json"),
            "{ \"type\": \"commonjs\", \"main\": \"index.js\", \"types\": \"index.d.ts\" }\n",
        )?;
    }
    Ok(())
}

/// Writes everything that ships into `package`.
fn fill(build: &Build, own: &Build, core: &Core, package: &Path) -> Result<()> {
    let template = build.paths.at("pkg-template");
    let types = fs::read_to_string(template.join("index.d.ts"))?;
    let (types, _) = types.split_once(BROWSER_TYPES).context("pkg-template/index.d.ts declares no agent")?;
    // There is no such thing here, and no library of types has it.
    let types = types.replace(", xhr?: XMLHttpRequest", "");
    for (entry, folder, sub_path) in ENTRIES {
        let to = package.join(folder);
        script(own, core, entry, &to.join("index.js"))?;
        stamp::write(&to.join("configuration.d.ts"), &types)?;
        stamp::write(&to.join("index.d.ts"), fs::read(template.join("miniapp/index.d.ts"))?)?;
        alias(package, sub_path, &format!("../{folder}/index"))?;
    }
    // WeChat has this folder alone, under the package's name.
    alias(package, "dist/miniapp/index", "../index")?;
    let wasm = fs::read(&core.wasm)?;
    let mut packed = Vec::new();
    brotli::CompressorReader::new(&*wasm, 4096, 11, 22).read_to_end(&mut packed)?;
    stamp::write(&package.join("wasm/core.wasm"), wasm)?;
    stamp::write(&package.join("wasm/core.wasm.br"), packed)
}

/// A file that is another, by a relative path: every resolver follows it.
fn alias(package: &Path, name: &str, other: &str) -> Result<()> {
    stamp::write(&package.join(format!("{name}.js")), format!("module.exports = require('{other}.js');\n"))?;
    stamp::write(
        &package.join(format!("{name}.d.ts")),
        format!("import tracebeam = require('{other}');\nexport = tracebeam;\n"),
    )
}

/// esbuild joins, TypeScript's compiler makes ES5 of it (esbuild stops at ES2015), terser shortens.
fn script(own: &Build, core: &Core, entry: &str, output: &Path) -> Result<()> {
    let work = own.work();
    let joined = work.join(format!("joined/{entry}.js"));
    let source = own.paths.at("pkg-template/js/entry").join(format!("{entry}.js"));
    let mut bundle = esbuild::bundle(own, core, &source, &joined);
    bundle.args(["--format=cjs", "--target=esnext", "--log-override:commonjs-variable-in-esm=silent"]);
    // terser does it, and better where nothing is shortened yet: 90 bytes.
    bundle.args(["--minify-whitespace=false", "--minify-identifiers=false"]);
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
    let manifest = json!({
        "name": "tracebeam",
        "version": version,
        "description": "Real User Monitoring for mini-programs: trace headers into requests, requests into spans",
        "license": "Apache-2.0",
        "main": "dist/index.js",
        "types": "dist/index.d.ts",
        "miniprogram": "dist",
        "files": ["dist", "miniapp", "wasm"],
    });
    format!("{manifest:#}\n")
}
