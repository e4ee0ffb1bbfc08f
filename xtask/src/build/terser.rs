//! terser, after esbuild: a second opinion on what is short, worth 270 bytes after brotli.

use std::path::Path;
use std::process::Command;

use super::Build;

/// A call that shortens a classic script which esbuild has bundled. Nothing that terser calls unsafe is on, and a getter
/// is code of the page's, which must run as often as we wrote it.
pub fn shorten(build: &Build, bundled: &Path, output: &Path) -> Command {
    let mut terser = Command::new(build.paths.npm_bin("terser"));
    terser.current_dir(&build.paths.root).arg(bundled);
    terser.args(["--compress", "passes=3,pure_getters=false", "--mangle", "--toplevel", "--ecma", "2017"]);
    // The banner stays, and ASCII stays ASCII.
    terser.args(["--comments", "/^!/", "--format", "ascii_only"]);
    terser.arg("--output").arg(output);
    terser
}
