//! What the build checks of a WebAssembly module: its imports, its exports and their types.

use anyhow::{Context, Result};
use wasmparser::{ExternalKind, FuncType, Parser, Payload, TypeRef, ValType};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// `module.name` of each import.
    pub imports: Vec<String>,
    pub exports: Vec<Export>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    pub kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bigint`: a parameter or the result is a 64-bit integer, which JavaScript sees as a BigInt.
    Function {
        bigint: bool,
    },
    Memory,
    Global,
    /// A table, or something newer.
    Other,
}

impl Module {
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut module = Self::default();
        let (mut types, mut functions) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    types = section.into_iter_err_on_gc_types().collect::<Result<Vec<FuncType>, _>>()?;
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        module.imports.push(format!("{}.{}", import.module, import.name));
                        if let TypeRef::Func(index) = import.ty {
                            functions.push(index);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for index in section {
                        functions.push(index?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let kind = match export.kind {
                            ExternalKind::Func => {
                                let index = functions.get(export.index as usize);
                                let of = index.and_then(|index| types.get(*index as usize));
                                Kind::Function { bigint: has_i64(of.context("an exported function has no type")?) }
                            }
                            ExternalKind::Memory => Kind::Memory,
                            ExternalKind::Global => Kind::Global,
                            _ => Kind::Other,
                        };
                        module.exports.push(Export { name: export.name.to_owned(), kind });
                    }
                }
                _ => {}
            }
        }
        Ok(module)
    }
}

fn has_i64(of: &FuncType) -> bool {
    of.params().iter().chain(of.results()).any(|value| *value == ValType::I64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for (id, content) in sections {
            bytes.push(*id);
            bytes.push(content.len() as u8);
            bytes.extend_from_slice(content);
        }
        bytes
    }

    #[test]
    fn imports_and_exports_with_their_types() {
        let bytes = module(&[
            // (i32) -> (), and () -> i64
            (1, &[2, 0x60, 1, 0x7f, 0, 0x60, 0, 1, 0x7e]),
            // function env.f of type 0, memory env.m with one page
            (2, b"\x02\x03env\x01f\x00\x00\x03env\x01m\x02\x00\x01"),
            (3, &[2, 1, 0]),
            // f0 is the import, f1 returns an i64, f2 takes an i32; and the memory, and a global
            (7, b"\x04\x03big\x00\x01\x05small\x00\x02\x06memory\x02\x00\x01g\x03\x00"),
            (10, &[2, 4, 0, 0x42, 0, 0x0b, 2, 0, 0x0b]),
        ]);
        let parsed = Module::parse(&bytes).unwrap();
        assert_eq!(parsed.imports, ["env.f", "env.m"]);
        let kinds: Vec<_> = parsed.exports.iter().map(|export| (export.name.as_str(), &export.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("big", &Kind::Function { bigint: true }),
                ("small", &Kind::Function { bigint: false }),
                ("memory", &Kind::Memory),
                ("g", &Kind::Global),
            ]
        );
    }

    #[test]
    fn nonsense_is_an_error() {
        assert!(Module::parse(b"<html>").is_err());
        assert!(Module::parse(&module(&[(7, &[9, 1])])).is_err(), "cut off");
    }
}
