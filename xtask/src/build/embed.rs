//! Writes the module as a JavaScript module: one text with all streams, and where each of them begins.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Build;
use super::digits;
use super::streams::Streams;
use crate::stamp::{self, Inputs};

/// Writes `export default "…"`, and the numbers that `pkg-template/js/load/decode.js` needs.
pub fn make(build: &Build, wasm: &Path, bytes_js: &Path) -> Result<bool> {
    let stamp = Inputs::new().file(wasm)?.stamp(build.work().join("stamps/embed"));
    if stamp.is_fresh(&[bytes_js]) {
        return Ok(false);
    }
    stamp::write(bytes_js, script(&fs::read(wasm)?)?)?;
    stamp.write()?;
    Ok(true)
}

/// The module as text: its streams, one after the other.
pub fn text(wasm: &[u8]) -> Result<String> {
    Ok(Streams::of(wasm)?.bytes.iter().map(|stream| digits::text(stream)).collect())
}

fn script(wasm: &[u8]) -> Result<String> {
    let Streams { bytes, head, size } = Streams::of(wasm)?;
    let (mut text, mut starts) = (String::new(), Vec::new());
    for stream in bytes {
        starts.push(text.len().to_string());
        text.push_str(&digits::text(&stream));
    }
    let starts = starts.join(", ");
    Ok(format!("export default \"{text}\";\nexport const head = {head}, size = {size}, starts = [{starts}];\n"))
}
