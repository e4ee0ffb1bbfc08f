//! Reads the parts of a WebAssembly module that the build makes promises about: imports, exports and their types.

use std::str;

use anyhow::{Context, Result, bail};

/// What a module asks for and what it offers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// `module.name` of each import.
    pub imports: Vec<String>,
    /// Each export.
    pub exports: Vec<Export>,
}

/// One export.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of export.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function; true if a parameter or the result is a 64-bit integer, which JavaScript sees as a BigInt.
    Function {
        /// See above.
        bigint: bool,
    },
    /// The linear memory.
    Memory,
    /// A global variable.
    Global,
    /// A table, or something newer.
    Other,
}

const I64: u8 = 0x7e;

impl Module {
    /// Parses a module's bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader(bytes);
        if reader.take(8)? != b"\0asm\x01\0\0\0" {
            bail!("not a WebAssembly module of version 1");
        }
        let mut module = Self::default();
        // Per type and per function of the module: does its signature hold an i64?
        let mut types = Vec::new();
        let mut functions = Vec::new();
        while !reader.0.is_empty() {
            let id = reader.byte()?;
            let size = reader.number()?;
            let mut section = Reader(reader.take(size)?);
            match id {
                1 => types = section.many(Reader::signature)?,
                2 => {
                    for (name, function_type) in section.many(Reader::import)? {
                        module.imports.push(name);
                        functions.extend(function_type);
                    }
                }
                3 => functions.extend(section.many(Reader::number)?),
                7 => {
                    for (name, kind, index) in section.many(Reader::export)? {
                        let kind = match kind {
                            0 => Kind::Function {
                                bigint: functions.get(index).and_then(|of| types.get(*of)).copied().unwrap_or_default(),
                            },
                            2 => Kind::Memory,
                            3 => Kind::Global,
                            _ => Kind::Other,
                        };
                        module.exports.push(Export { name, kind });
                    }
                }
                _ => {}
            }
        }
        Ok(module)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).context("the module ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().context("the module ends too early")
    }

    /// An unsigned LEB128 number.
    fn number(&mut self) -> Result<usize> {
        let mut value = 0usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        bail!("a number of the module is too long")
    }

    fn text(&mut self) -> Result<String> {
        let length = self.number()?;
        Ok(str::from_utf8(self.take(length)?).context("a name of the module is not UTF-8")?.to_owned())
    }

    fn many<T>(&mut self, item: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        (0..self.number()?).map(|_| item(self)).collect()
    }

    fn signature(&mut self) -> Result<bool> {
        if self.byte()? != 0x60 {
            bail!("a type of the module is no plain function type");
        }
        let mut bigint = false;
        for _ in 0..2 {
            let count = self.number()?;
            bigint |= self.take(count)?.contains(&I64);
        }
        Ok(bigint)
    }

    /// An import's name, and its type if it is a function.
    fn import(&mut self) -> Result<(String, Option<usize>)> {
        let name = format!("{}.{}", self.text()?, self.text()?);
        let function_type = match self.byte()? {
            0 => Some(self.number()?),
            kind @ (1 | 2) => {
                if kind == 1 {
                    self.byte()?;
                }
                if self.number()? & 1 == 1 {
                    self.number()?;
                }
                self.number()?;
                None
            }
            3 => {
                self.take(2)?;
                None
            }
            kind => bail!("import {name} has the unknown kind {kind}"),
        };
        Ok((name, function_type))
    }

    fn export(&mut self) -> Result<(String, u8, usize)> {
        Ok((self.text()?, self.byte()?, self.number()?))
    }
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
