//! What a server or a CDN needs: each script under a name with its version, whose content never changes, beside the name
//! without; and the hashes for `<script integrity>` (Subresource Integrity).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Build;
use super::core::Core;
use crate::run;
use crate::stamp::{self, Inputs};

/// The scripts, without their extension.
const SCRIPTS: &[&str] = &["tracebeam", "tracebeam.nowasm"];

/// Node is installed anyway and computes SHA-384. A crate for it would be one more for everybody to compile.
const HASH: &str = "for (const file of process.argv.slice(1)) console.log('sha384-' + \
                    require('node:crypto').createHash('sha384').update(require('node:fs').readFileSync(file)).digest('base64'))";

/// Copies the scripts and writes `dist/integrity.json`.
pub fn make(build: &Build, _core: &Core) -> Result<bool> {
    let dist = build.dist();
    let version = &build.manifest.version;
    let aliases: Vec<_> = SCRIPTS.iter().map(|name| dist.join(format!("{name}.js"))).collect();
    let names: Vec<_> = SCRIPTS.iter().map(|name| format!("{name}-{version}.js")).collect();
    let report = dist.join("integrity.json");

    let mut inputs = Inputs::new().text(version);
    for alias in &aliases {
        inputs = inputs.file(alias)?;
    }
    let stamp = inputs.stamp(build.work().join("stamps/release"));
    let outputs: Vec<_> = names.iter().map(|name| dist.join(name)).collect();
    let mut expected: Vec<&Path> = outputs.iter().map(|path| path.as_path()).collect();
    expected.push(&report);
    if stamp.is_fresh(&expected) {
        return Ok(false);
    }

    let hashes = run::quiet("node", Command::new("node").args(["-e", HASH]).args(&aliases))?;
    let hashes: Vec<&str> = hashes.lines().collect();
    if hashes.len() != aliases.len() || !hashes.iter().all(|hash| hash.starts_with("sha384-")) {
        bail!("node gave no hashes: {hashes:?}");
    }
    let mut json = "{\n".to_owned();
    for ((alias, output), (name, hash)) in aliases.iter().zip(&outputs).zip(names.iter().zip(&hashes)) {
        fs::copy(alias, output).with_context(|| format!("cannot write {name}"))?;
        let end = if Some(name) == names.last() { "" } else { "," };
        let _ = writeln!(json, "  \"{name}\": \"{hash}\"{end}");
        println!("  {name} integrity=\"{hash}\"");
    }
    stamp::write(&report, json + "}\n")?;
    stamp.write()?;
    Ok(true)
}
