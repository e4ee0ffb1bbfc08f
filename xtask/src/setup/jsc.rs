//! WebKit's `jsc` shell: the other engine in which the mini-program tests run, as an iOS application has it.

use std::path::PathBuf;

use super::apt::{self, System};
use crate::paths::on_path;

/// The newer 4.1 and 6.0 come without the shell.
const PACKAGE: &str = "libjavascriptcoregtk-4.0-bin";

/// Finds or installs it; says so where there is none, as half of those tests do not run then.
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
