//! `cargo xtask release --dry-run`: everything that a release needs, without publishing it. What is wrong is reported
//! together at the end. Publishing itself is two commands, which the last lines name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser};

use crate::manifest::{Manifest, read_toml};
use crate::paths::{Paths, on_path};
use crate::{build, licences, run, setup, stamp};

/// What ships, and the packages that it is built from.
const SHIPPED: &[(&str, &[&str])] =
    &[("agent", &["tracebeam"]), ("rust", &["tracebeam-web"]), ("gateway", &["tracebeam-gateway"])];

/// Scripts of dist/ that ship; a version stands before `.js`.
const SCRIPTS: &[&str] = &["tracebeam", "tracebeam.nowasm"];

const HASH: &str = "for (const file of process.argv.slice(1)) console.log(require('node:crypto').createHash('sha256')\
                    .update(require('node:fs').readFileSync(file)).digest('hex') + '  ' + require('node:path').basename(file))";

pub fn main(paths: &Paths, mut args: Parser) -> Result<ExitCode> {
    let mut dry_run = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("dry-run") => dry_run = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if !dry_run {
        bail!(
            "`cargo xtask release --dry-run` prepares a release; publishing is by hand, with the commands that it prints"
        );
    }
    let manifest = Manifest::read(paths)?;
    build::run(paths, &build::Options::default())?;
    let out = paths.work().join("release");
    if out.is_dir() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;

    let mut faults = versions(paths, &manifest.version)?;
    let artifacts = pack(paths, &manifest.version, &out)?;
    hashes(&artifacts, &out)?;
    for (name, packages) in SHIPPED {
        let dependencies = licences::dependencies(paths, packages)?;
        faults.extend(licences::faults(paths, &dependencies)?);
        let rows: String = dependencies.iter().map(|row| format!("{}\t{}\n", row.package, row.licence)).collect();
        stamp::write(&out.join(format!("dependencies-{name}.txt")), rows)?;
        println!("  {name}: {} dependencies", dependencies.len());
    }
    faults.extend(advisories(paths)?);

    println!("\nIn {}:", paths.show(&out));
    print!("{}", fs::read_to_string(out.join("SHA256SUMS"))?);
    for fault in &faults {
        println!("FAULT: {fault}");
    }
    if !faults.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "\nReady. To publish:\n  npm publish {0}/tracebeam-{1}.tgz\n  cargo publish --package tracebeam\n  cargo publish --package tracebeam-web\n  git tag v{1}",
        paths.show(&out),
        manifest.version
    );
    Ok(ExitCode::SUCCESS)
}

/// The version stands in the workspace, in what the build made of it, and in the changelog.
fn versions(paths: &Paths, version: &str) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for member in ["", "gateway/", "demo/", "web/", "xtask/"] {
        let path = format!("{member}Cargo.toml");
        let table: toml::Table = read_toml(&paths.at(&path))?;
        if table.get("package").and_then(|package| package.get("version")?.get("workspace")?.as_bool()) != Some(true) {
            faults.push(format!("{path} has a version of its own instead of the workspace's"));
        }
    }
    for path in ["dist/npm/package.json", "dist/miniapp/package.json"] {
        let text = fs::read_to_string(paths.at(path)).with_context(|| format!("no {path}"))?;
        if !text.contains(&format!("\"version\": \"{version}\"")) {
            faults.push(format!("{path} has not the version {version}"));
        }
    }
    faults.extend(changelog(&fs::read_to_string(paths.at("CHANGELOG.md"))?, version));
    let mut status = Command::new("git");
    status.args(["status", "--porcelain"]).current_dir(&paths.root);
    if run::ask(&mut status).is_none_or(|changes| !changes.is_empty()) {
        faults.push("the working tree has changes that are not committed".to_owned());
    }
    Ok(faults)
}

/// A section `## 1.2.3 - 2026-11-21`, and nothing left under "Unreleased".
fn changelog(text: &str, version: &str) -> Vec<String> {
    let is_empty = |name: &str| {
        let heading = |line: &str| line.strip_prefix("## ").is_some_and(|title| title.split(' ').next() == Some(name));
        let section = text.lines().skip_while(|line| !heading(line)).skip(1);
        section.take_while(|line| !line.starts_with("## ")).all(|line| line.trim().is_empty())
    };
    let mut faults = Vec::new();
    if is_empty(version) {
        faults.push(format!("CHANGELOG.md has no section `## {version} - DATE`, or an empty one"));
    }
    if !is_empty("Unreleased") {
        faults.push(format!("CHANGELOG.md has changes under `Unreleased`, which belong under `{version}`"));
    }
    faults
}

/// Packs what people download, and returns the files.
fn pack(paths: &Paths, version: &str, out: &Path) -> Result<Vec<PathBuf>> {
    let mut artifacts = Vec::new();
    let mut copy = |from: PathBuf, name: String| -> Result<()> {
        let to = out.join(name);
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", paths.show(&from)))?;
        artifacts.push(to);
        Ok(())
    };
    for script in SCRIPTS {
        let name = format!("{script}-{version}.js");
        copy(paths.at("dist").join(&name), name)?;
    }
    // The two npm packages have one name: the mini-program's is for where a package's sub-paths do not resolve.
    for (dir, name) in [("npm", "tracebeam"), ("miniapp", "tracebeam-miniapp")] {
        let mut npm = Command::new("npm");
        npm.args(["pack", "--silent", "--ignore-scripts", "--no-update-notifier", "--pack-destination"]);
        npm.arg(paths.work()).current_dir(paths.at("dist").join(dir));
        run::quiet("npm pack", &mut npm)?;
        copy(paths.work().join(format!("tracebeam-{version}.tgz")), format!("{name}-{version}.tgz"))?;
    }
    // Packing compiles the crate as others will. A dry run is for the time before the commit, too.
    for package in ["tracebeam", "tracebeam-web"] {
        let mut cargo = crate::cargo(paths);
        cargo.args(["package", "--package", package, "--locked", "--allow-dirty"]);
        run::stream_ok("cargo package", &mut cargo)?;
        let name = format!("{package}-{version}.crate");
        copy(paths.target().join("package").join(&name), name)?;
    }
    copy(paths.target().join("release/tracebeam-gateway"), format!("tracebeam-gateway-{version}"))?;
    Ok(artifacts)
}

fn hashes(artifacts: &[PathBuf], out: &Path) -> Result<()> {
    let sums = run::quiet("node", Command::new("node").args(["-e", HASH]).args(artifacts))?;
    stamp::write(&out.join("SHA256SUMS"), sums)
}

/// Known vulnerabilities, from the two databases, where they can be reached. Where they cannot, that is said, and no fault.
fn advisories(paths: &Paths) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    setup::npm(paths)?;
    let mut npm = Command::new("npm");
    npm.args(["audit", "--no-update-notifier"]).current_dir(&paths.root);
    let audit = run::finish("npm audit", &mut npm)?;
    if audit.text.contains("audit endpoint returned an error") {
        println!("  npm audit: NOT CHECKED: this registry does not answer it");
    } else if !audit.success {
        faults.push(format!("npm audit:\n{}", audit.text.trim_end()));
    }
    if on_path("cargo-deny").is_none() {
        println!("  cargo deny: NOT CHECKED: cargo install cargo-deny --locked");
        return Ok(faults);
    }
    for (check, needs_database) in [(&["bans", "licenses", "sources"][..], false), (&["advisories"], true)] {
        let mut cargo = crate::cargo(paths);
        let deny = run::finish("cargo deny", cargo.args(["deny", "check"]).args(check))?;
        if needs_database && deny.text.contains("failed to fetch advisory database") {
            println!("  cargo deny check advisories: NOT CHECKED: the database cannot be reached");
        } else if !deny.success {
            faults.push(format!("cargo deny:\n{}", deny.text.trim_end()));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changelog_has_the_version_and_nothing_unreleased() {
        let count = |text: &str| changelog(text, "1.2.3").len();
        assert_eq!(count("## Unreleased\n\n## 1.2.3 - 2026-11-21\n\n- New.\n"), 0);
        assert_eq!(count("## 1.2.3 - 2026-11-21\n\n- New.\n"), 0);
        assert_eq!(count("## Unreleased\n\n- New.\n\n## 1.2.3 - 2026-11-21\n\n- Old.\n"), 1);
        assert_eq!(count("## 1.2.3 - 2026-11-21\n\n## 1.2.2 - 2026-11-20\n\n- Old.\n"), 1, "an empty section");
        assert_eq!(count("## 1.2.30 - 2026-11-21\n\n- New.\n"), 1, "another version");
        assert_eq!(count("## Unreleased\n\n- New.\n"), 2);
    }
}
