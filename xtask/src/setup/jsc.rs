//! WebKit's `jsc` shell: the mini-program tests run in it too, since mini-programs on iOS run in JavaScriptCore.

use std::path::PathBuf;

use super::apt::{self, System};
use crate::paths::on_path;

/// The packages of the newer 4.1 and 6.0 do not contain the shell.
const PACKAGE: &str = "libjavascriptcoregtk-4.0-bin";

/// Finds or installs it. Prints a warning where there is none, since half of those tests do not run then.
pub fn find_or_install() -> Option<PathBuf> {
    let find = || on_path("jsc");
    if find().is_none() && apt::system() == System::Debian && apt::is_usable() {
        apt::install(&[PACKAGE]).unwrap_or_else(|error| println!("{error:#}"));
    }
    let found = find();
    if found.is_none() {
        println!(
            "THERE IS NO `jsc` ON PATH, so the mini-program tests run in V8 alone.\n\
             On Debian: apt-get install {PACKAGE} (as root)"
        );
    }
    found
}
