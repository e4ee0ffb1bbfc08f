//! Installs Debian packages where that needs no question: as root, on Debian or Ubuntu.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::paths::on_path;
use crate::run;

/// Systems that differ in the names of packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Debian and what is built from its archive.
    Debian,
    /// Ubuntu, whose Chromium has other names.
    Ubuntu,
    Other,
}

pub fn system() -> System {
    system_of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

fn system_of(os_release: &str) -> System {
    let value = |key: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim_matches('"').to_owned()
    };
    let names = format!("{} {}", value("ID="), value("ID_LIKE="));
    let has = |name: &str| names.split_whitespace().any(|word| word == name);
    if has("ubuntu") {
        System::Ubuntu
    } else if has("debian") {
        System::Debian
    } else {
        System::Other
    }
}

/// True if apt can be used without a question.
pub fn is_usable() -> bool {
    system() != System::Other
        && on_path("apt-get").is_some()
        && run::ask(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs packages. The caller has asked [`is_usable`].
pub fn install(packages: &[&str]) -> Result<()> {
    println!("Installing {} with apt-get", packages.join(" "));
    // The update may fail, since the lists that are there may do. The installation may not.
    if let Err(error) = run::quiet("apt-get update", apt_get().arg("update")) {
        println!("{error:#}");
    }
    run::stream_ok("apt-get install", apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // A fresh machine often runs its own update in the background: apt waits for its lock.
    command.args(["-o", "DPkg::Lock::Timeout=300", "-q"]);
    command
}

/// True if all the packages are installed.
pub fn has(packages: &[&str]) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}\n"]).args(packages);
    run::ask(&mut query)
        .is_some_and(|answer| answer.lines().filter(|line| *line == "installed").count() == packages.len())
}

/// The error for what cannot be installed from here.
pub fn cannot<T>(what: &str, how: &str) -> Result<T> {
    bail!("{what} is missing and cannot be installed from here.\n{how}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_by_their_own_name_or_their_parents() {
        assert_eq!(system_of("NAME=\"Debian GNU/Linux\"\nID=debian\n"), System::Debian);
        assert_eq!(system_of("ID=ubuntu\nID_LIKE=debian\n"), System::Ubuntu);
        assert_eq!(system_of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), System::Ubuntu);
        assert_eq!(system_of("ID=\"fedora\"\n"), System::Other);
        assert_eq!(system_of(""), System::Other);
    }
}
