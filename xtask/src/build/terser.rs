//! terser, after esbuild: a second opinion on what is short, worth 270 bytes after brotli.

use std::path::Path;
use std::process::Command;

use super::Build;

/// Chromium compiles every function of a script that begins so while the script arrives, on another thread. Otherwise the
/// main thread compiles each function of the agent's start when it is called: half of the start's time.
const EAGER: &str = "//# allFunctionsCalledOnLoad";

/// ASCII stays ASCII.
const ASCII: &str = "ascii_only";

/// A call that shortens a classic script which esbuild has bundled.
pub fn shorten(build: &Build, bundled: &Path, output: &Path) -> Command {
    let mut terser = terser(build, bundled, output, &format!("{ASCII},preamble={EAGER:?}"));
    // The banner stays.
    terser.args(["--toplevel", "--ecma", "2017", "--comments", "/^!/"]);
    terser
}

/// A call that shortens a CommonJS file and leaves it ES5.
pub fn shorten_commonjs(build: &Build, long: &Path, output: &Path) -> Command {
    let mut terser = terser(build, long, output, ASCII);
    terser.args(["--toplevel", "--ecma", "5", "--comments", "/^!/"]);
    terser
}

/// A call that shortens an ES module of which all is ES5 but the export.
pub fn shorten_core(build: &Build, long: &Path, output: &Path) -> Command {
    let mut terser = terser(build, long, output, ASCII);
    terser.args(["--module", "--ecma", "5"]);
    terser
}

/// None of terser's unsafe options is on. A getter may be the page's code, which must run as often as it is written.
fn terser(build: &Build, input: &Path, output: &Path, format: &str) -> Command {
    let mut terser = Command::new(build.paths.npm_bin("terser"));
    terser.current_dir(&build.paths.root).arg(input);
    terser.args(["--compress", "passes=3,pure_getters=false", "--mangle"]);
    terser.args(["--format", format]);
    terser.arg("--output").arg(output);
    terser
}
