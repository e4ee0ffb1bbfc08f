//! What a server or a CDN needs: each script under a name with its version, whose content never changes, beside the name
//! without; and the hashes for `<script integrity>` (Subresource Integrity).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Build;
use super::core::Core;
use crate::run;
use crate::stamp::{self, Inputs};

/// The scripts, without their extension.
const SCRIPTS: &[&str] = &["tracebeam", "tracebeam.nowasm"];

/// Node is installed anyway and computes SHA-384. A crate for it would be one more for everybody to compile.
const HASH: &str = "const hash = (file) => 'sha384-' + require('node:crypto').createHash('sha384')\
                    .update(require('node:fs').readFileSync(file)).digest('base64');\
                    const rows = process.argv.slice(1).map((file) => [require('node:path').basename(file), hash(file)]);\
                    console.log(JSON.stringify(Object.fromEntries(rows), null, 2))";

/// Copies the scripts and writes `dist/integrity.json`.
pub fn make(build: &Build, _core: &Core) -> Result<bool> {
    let dist = build.dist();
    let alias = |name: &str| dist.join(format!("{name}.js"));
    let versioned: Vec<_> =
        SCRIPTS.iter().map(|name| dist.join(format!("{name}-{}.js", build.manifest.version))).collect();
    let report = dist.join("integrity.json");

    let inputs = SCRIPTS.iter().try_fold(Inputs::new(), |inputs, name| inputs.file(&alias(name)))?;
    let stamp = inputs.text(&build.manifest.version).stamp(build.work().join("stamps/integrity"));
    let outputs: Vec<&Path> = versioned.iter().chain([&report]).map(|path| path.as_path()).collect();
    if stamp.is_fresh(&outputs) {
        return Ok(false);
    }
    for (name, output) in SCRIPTS.iter().zip(&versioned) {
        fs::copy(alias(name), output).with_context(|| format!("cannot write {}", output.display()))?;
    }
    let hashes = run::quiet("node", Command::new("node").args(["-e", HASH]).args(&versioned))?;
    print!("{hashes}");
    stamp::write(&report, hashes)?;
    stamp.write()?;
    Ok(true)
}
