//! Chromium with its driver, Firefox, and WebKit's `jsc` shell: found on PATH, else installed with apt, else named in a message.

use std::path::PathBuf;

use anyhow::Result;

use super::apt::{self, System};
use crate::paths::on_path;

const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/// The packages of the newer 4.1 and 6.0 do not contain the shell.
const JSC_PACKAGE: &str = "libjavascriptcoregtk-4.0-bin";

pub struct Browser {
    pub chromium: PathBuf,
    /// Speaks WebDriver.
    pub driver: PathBuf,
}

/// Finds or installs Chromium and its driver.
pub fn chromium() -> Result<Browser> {
    let system = apt::system();
    let packages: &[&str] = match system {
        System::Ubuntu => &["chromium-browser", "chromium-chromedriver"],
        System::Debian | System::Other => &["chromium", "chromium-driver"],
    };
    let find = || Some(Browser { chromium: first(CHROMIUM)?, driver: on_path("chromedriver")? });
    if let Some(browser) = find_or_install(find, system != System::Other, packages) {
        return Ok(browser);
    }
    let how = match system {
        System::Other => {
            "the browser's and the driver's packages, or https://googlechromelabs.github.io/chrome-for-testing/"
                .to_owned()
        }
        _ => format!("apt-get install {} (as root)", packages.join(" ")),
    };
    apt::cannot(
        "Chromium or its driver",
        &format!(
            "Put `chromium` (or `google-chrome`) and a `chromedriver` of the same version on PATH.\n\
             On this system that is: {how}"
        ),
    )
}

/// Finds or installs Firefox, for the tests that need no driver. Prints a line if there is none.
pub fn firefox() -> Option<PathBuf> {
    let found = debian(&["firefox-esr", "firefox"], &["firefox-esr"]);
    if found.is_none() {
        println!("There is no Firefox on PATH, so these tests run in Chromium alone");
    }
    found
}

/// Finds or installs `jsc`: mini-programs on iOS run in JavaScriptCore, so their tests do too. Prints a warning if there is none.
pub fn jsc() -> Option<PathBuf> {
    let found = debian(&["jsc"], &[JSC_PACKAGE]);
    if found.is_none() {
        println!(
            "THERE IS NO `jsc` ON PATH, so the mini-program tests run in V8 alone.\n\
             On Debian: apt-get install {JSC_PACKAGE} (as root)"
        );
    }
    found
}

fn debian(names: &[&str], packages: &[&str]) -> Option<PathBuf> {
    find_or_install(|| first(names), apt::system() == System::Debian, packages)
}

fn find_or_install<T>(find: impl Fn() -> Option<T>, may_install: bool, packages: &[&str]) -> Option<T> {
    find().or_else(|| {
        if may_install && apt::is_usable() {
            apt::install(packages).unwrap_or_else(|error| println!("{error:#}"));
        }
        find()
    })
}

fn first(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| on_path(name))
}
