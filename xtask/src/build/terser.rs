//! terser, after esbuild: a second opinion on what is short, worth 270 bytes after brotli.

use std::path::Path;
use std::process::Command;

use super::Build;

/// A classic script that esbuild has bundled. The banner stays. Chromium compiles every function of a script that begins with
/// this comment while the script arrives, on another thread. Otherwise the main thread compiles each function of the agent's
/// start when it is called: half of the start's time.
pub const SCRIPT: &[&str] = &[
    "--format",
    "ascii_only,preamble='//# allFunctionsCalledOnLoad'",
    "--toplevel",
    "--ecma",
    "2017",
    "--comments",
    "/^!/",
];
/// An ES module that esbuild has bundled.
pub const MODULE: &[&str] =
    &["--format", "ascii_only", "--module", "--toplevel", "--ecma", "2017", "--comments", "/^!/"];
/// A CommonJS file that stays ES5.
pub const COMMONJS: &[&str] = &["--format", "ascii_only", "--toplevel", "--ecma", "5", "--comments", "/^!/"];
/// An ES module that is ES5 except for the export.
pub const CORE: &[&str] = &["--format", "ascii_only", "--module", "--ecma", "5"];

/// A call that shortens a file of this `kind`. None of terser's unsafe options is on: a getter may be the page's code, which
/// must run as often as it is written. ASCII stays ASCII.
pub fn shorten(build: &Build, kind: &[&str], input: &Path, output: &Path) -> Command {
    let mut terser = Command::new(build.paths.npm_bin("terser"));
    terser.current_dir(&build.paths.root).arg(input);
    terser.args(["--compress", "passes=3,pure_getters=false", "--mangle"]);
    terser.arg("--output").arg(output).args(kind);
    terser
}
