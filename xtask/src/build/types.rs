//! The package's types: those of the template for modules, and those for CommonJS, which are made from them. There,
//! `export =` declares what `require` returns, and the named types stand in a namespace of the same name.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::stamp;

/// Where the types of a file end and the agent itself is declared.
const AGENT: &str = "declare const tracebeam: ";

pub fn write(template: &Path, dir: &Path) -> Result<()> {
    let wasm = fs::read_to_string(template.join("tracebeam.wasm.d.ts"))?;
    stamp::write(&dir.join("tracebeam.wasm.d.cts"), wasm.replace("export default", "export ="))?;
    stamp::write(&dir.join("tracebeam.wasm.d.ts"), wasm)?;
    for name in ["index", "external", "nowasm"] {
        let path = template.join(format!("{name}.d.ts"));
        let text = fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
        stamp::write(&dir.join(format!("{name}.d.ts")), &text)?;
        let index = fs::read_to_string(template.join("index.d.ts"))?;
        stamp::write(&dir.join(format!("{name}.d.cts")), commonjs(name, &text, &index)?)?;
    }
    Ok(())
}

fn commonjs(name: &str, text: &str, index: &str) -> Result<String> {
    if name == "nowasm" {
        return Ok("import tracebeam = require('./index.cjs');\nexport = tracebeam;\n".to_owned());
    }
    let types = |text: &str| -> Result<String> {
        let (types, _) = text.split_once(AGENT).context("a file of types declares no agent")?;
        Ok(types
            .lines()
            .filter(|line| !line.starts_with("import ") && !line.contains(" from "))
            .map(|line| format!("  {line}\n"))
            .collect())
    };
    let (_, rest) = text.split_once(AGENT).context("a file of types declares no agent")?;
    let (own, _) = rest.split_once(';').context("a declaration without an end")?;
    // Two files cannot declare one namespace, so the types of index.d.ts stand here too.
    let all = if name == "index" { types(index)? } else { types(index)? + &types(text)? };
    Ok(format!(
        "declare namespace tracebeam {{\n{all}}}\ndeclare const tracebeam: tracebeam.{own};\nexport = tracebeam;\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str =
        "export interface A {\n  b: string;\n}\n\ndeclare const tracebeam: A;\nexport default tracebeam;\n";

    #[test]
    fn types_stand_in_a_namespace() {
        assert_eq!(
            commonjs("index", INDEX, INDEX).unwrap(),
            "declare namespace tracebeam {\n  export interface A {\n    b: string;\n  }\n  \n}\ndeclare const tracebeam: tracebeam.A;\nexport = tracebeam;\n"
        );
        let external = "import type { A } from './index.js';\nexport * from './index.js';\nexport interface B extends A {}\ndeclare const tracebeam: B;\nexport default tracebeam;\n";
        let made = commonjs("external", external, INDEX).unwrap();
        assert!(
            made.contains("interface A")
                && made.contains("interface B extends A")
                && made.contains("tracebeam: tracebeam.B;"),
            "{made}"
        );
        assert!(!made.contains("import"), "{made}");
        assert!(commonjs("index", "export interface A {}", INDEX).is_err());
    }
}
