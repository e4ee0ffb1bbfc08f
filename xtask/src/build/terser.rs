//! terser, after esbuild: a second opinion on what is short, worth 270 bytes after brotli.

use std::path::Path;
use std::process::Command;

use super::Build;

/// A classic script that esbuild has bundled. The banner stays.
pub const SCRIPT: &[&str] = &["--toplevel", "--ecma", "2017", "--comments", "/^!/"];
/// A CommonJS file that stays ES5.
pub const COMMONJS: &[&str] = &["--toplevel", "--ecma", "5", "--comments", "/^!/"];
/// An ES module that is ES5 except for the export.
pub const CORE: &[&str] = &["--module", "--ecma", "5"];

/// A call that shortens a file of this `kind`. None of terser's unsafe options is on: a getter may be the page's code, which
/// must run as often as it is written. ASCII stays ASCII.
pub fn shorten(build: &Build, kind: &[&str], input: &Path, output: &Path) -> Command {
    let mut terser = Command::new(build.paths.npm_bin("terser"));
    terser.current_dir(&build.paths.root).arg(input);
    terser.args(["--compress", "passes=3,pure_getters=false", "--mangle", "--format", "ascii_only"]);
    terser.arg("--output").arg(output).args(kind);
    terser
}
