//! esbuild, with the settings that all bundles share.

use std::path::Path;
use std::process::Command;

use super::Build;
use super::core::Core;
use super::miniapp;

/// A call of esbuild that bundles an entry file. The caller adds the format and the language level.
pub fn bundle(build: &Build, core: &Core, entry: &Path, output: &Path) -> Command {
    let mut esbuild = Command::new(build.paths.npm_bin("esbuild"));
    esbuild.current_dir(&build.paths.root).arg(entry);
    esbuild.args(["--bundle", "--minify", "--log-level=warning", "--legal-comments=none"]);
    // The tsconfig.json at the root is for checks: its `strict` would put "use strict" into every script.
    esbuild.arg("--tsconfig-raw={}");
    // A page may be served in any encoding: ASCII is the same in all of them.
    esbuild.arg("--charset=ascii");
    // Private members begin with one underscore. Members with two, and `_v`, are read by other scripts.
    esbuild.args(["--mangle-props=^_", "--reserve-props=^(__.*|_v)$"]);
    esbuild.arg(format!("--alias:tracebeam-core-bytes={}", core.bytes_js.display()));
    esbuild.arg(format!("--alias:tracebeam-core-javascript={}", core.javascript.display()));
    // As `PAGES` in src/host: what only a page needs is left out of a mini-program's bundle.
    esbuild.arg(format!("--define:__PAGES__={}", build.features != miniapp::FEATURE));
    // rust_crate.rs sets it for its own bundle.
    esbuild.arg("--define:__RUST__=false");
    esbuild.arg(format!("--define:__VERSION__=\"{}\"", build.manifest.version));
    // The npm package loads these files when it needs them: they stay apart, at these addresses.
    for (name, file) in [("tracebeam-lazy", "./lazy"), ("tracebeam-javascript", "./javascript")] {
        esbuild.arg(format!("--alias:{name}={file}.js")).arg(format!("--external:{file}.js"));
    }
    esbuild.arg(format!("--banner:js={}", banner(&build.manifest.version)));
    esbuild.arg(format!("--outfile={}", output.display()));
    esbuild
}

/// The first line of each file that ships. The licence asks that it be kept.
pub fn banner(version: &str) -> String {
    format!("/*! Tracebeam {version} | Apache-2.0 */")
}
