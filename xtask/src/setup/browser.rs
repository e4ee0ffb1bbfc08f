//! Chromium and its driver: found on PATH, else installed with apt, else named in an error.

use std::path::PathBuf;

use anyhow::Result;

use super::apt::{self, System};
use crate::paths::on_path;

const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const DRIVER: &str = "chromedriver";

pub struct Browser {
    pub chromium: PathBuf,
    /// Speaks WebDriver.
    pub driver: PathBuf,
}

pub fn ensure() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let system = apt::system();
    if apt::is_usable() {
        apt::install(packages(system)).unwrap_or_else(|error| println!("{error:#}"));
        if let Some(browser) = find() {
            return Ok(browser);
        }
    }
    apt::cannot(
        "Chromium or its driver",
        &format!(
            "Put `chromium` (or `google-chrome`) and a `chromedriver` of the same version on PATH.\n\
             On this system that is: {}",
            match system {
                System::Other =>
                    "the browser's and the driver's packages, or https://googlechromelabs.github.io/chrome-for-testing/"
                        .to_owned(),
                _ => format!("apt-get install {} (as root)", packages(system).join(" ")),
            }
        ),
    )
}

/// Finds or installs Firefox, for the tests that need no driver. Prints a line where there is none.
pub fn firefox() -> Option<PathBuf> {
    let find = || ["firefox-esr", "firefox"].iter().find_map(|name| on_path(name));
    if find().is_none() && apt::system() == System::Debian && apt::is_usable() {
        apt::install(&["firefox-esr"]).unwrap_or_else(|error| println!("{error:#}"));
    }
    let found = find();
    if found.is_none() {
        println!("There is no Firefox on PATH, so these tests run in Chromium alone");
    }
    found
}

fn packages(system: System) -> &'static [&'static str] {
    match system {
        System::Ubuntu => &["chromium-browser", "chromium-chromedriver"],
        System::Debian | System::Other => &["chromium", "chromium-driver"],
    }
}

fn find() -> Option<Browser> {
    Some(Browser { chromium: NAMES.iter().find_map(|name| on_path(name))?, driver: on_path(DRIVER)? })
}
