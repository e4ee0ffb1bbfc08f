//! Takes a module apart by kind: operation codes, locals, constants, offsets and so on, each a stream of its own.
//!
//! A compressor sees like beside like then: 7 % less of the whole script after brotli than with the module in one piece
//! (measured). `pkg-template/js/load/decode.js` puts it together again. Two things are not kept, for they mean nothing:
//! how a memory access says that it is aligned (a hint: it says that it is not), and how many bytes the length of a
//! function takes (always four).

use anyhow::{Context, Result, bail};

/// Number of streams.
pub const STREAMS: usize = 11;
/// The sections around the code, as they are; the code section's number among them.
const REST: usize = 0;
/// Block types, and what stands for the memory that there is only one of.
const TYPES: usize = 1;
/// Labels and globals.
const LABELS: usize = 2;
/// Functions that are called, and types of those that are called indirectly.
const CALLS: usize = 3;
/// Locals.
const LOCALS: usize = 4;
/// Offsets of memory accesses.
const OFFSETS: usize = 5;
/// `i32.const`.
const CONSTANTS: usize = 6;
/// `i64.const` and `f64.const`.
const RAW: usize = 7;
/// `i32.const` that lie in the data.
const ADDRESSES: usize = 8;
/// The number of functions, and of each its locals.
const FUNCTIONS: usize = 9;
/// Operation codes.
const CODES: usize = 10;

/// A code that WebAssembly's first version does not use: an `i32.const` from [`ADDRESSES`].
const ADDRESS: u8 = 6;
/// The data begins behind the stack, see `wasm.rs`; any address there takes three bytes.
const DATA: std::ops::Range<u32> = 65_536..1_048_576;

const CODE_SECTION: u8 = 10;
const I32_CONST: u8 = 65;

/// A module as streams of bytes.
#[derive(Default)]
pub struct Streams {
    /// The streams in the order of their numbers.
    pub bytes: [Vec<u8>; STREAMS],
    /// Bytes up to the code section's length.
    pub head: usize,
    /// Bytes of the module that the decoder makes.
    pub size: usize,
}

impl Streams {
    /// Takes `module` apart.
    pub fn of(module: &[u8]) -> Result<Self> {
        let mut streams = Self::default();
        let mut reader = Reader { bytes: module, at: 8 };
        let mut code = None;
        while reader.at < module.len() {
            let id = reader.byte()?;
            let head = reader.at;
            let size = reader.number()? as usize;
            if id == CODE_SECTION {
                code = Some((head, reader.at, reader.at + size));
            }
            reader.at += size;
        }
        let (head, start, end) = code.context("the module has no code")?;
        let (before, after) = (module.get(..head).unwrap_or(&[]), module.get(end..).unwrap_or(&[]));
        streams.head = before.len();
        streams.put(REST, before);
        streams.put(REST, after);
        let functions = streams.functions(Reader { bytes: module.get(..end).unwrap_or(&[]), at: start })?;
        // The section's and each function's length takes four bytes, each memory access one for its alignment.
        streams.size = streams.bytes.iter().map(Vec::len).sum::<usize>() + 4 + functions;
        Ok(streams)
    }

    #[allow(clippy::indexing_slicing, reason = "`stream` is one of the constants above")]
    fn put(&mut self, stream: usize, bytes: &[u8]) {
        self.bytes[stream].extend_from_slice(bytes);
    }

    /// Copies a number as it is; returns it.
    fn copy(&mut self, reader: &mut Reader<'_>, stream: usize) -> Result<u32> {
        let start = reader.at;
        let value = reader.number()?;
        self.put(stream, reader.bytes.get(start..reader.at).unwrap_or(&[]));
        Ok(value)
    }

    /// Returns the bytes that the decoder adds.
    fn functions(&mut self, mut reader: Reader<'_>) -> Result<usize> {
        let mut added = 0;
        for _ in 0..self.copy(&mut reader, FUNCTIONS)? {
            let end = reader.number()? as usize + reader.at;
            added += 4;
            for _ in 0..self.copy(&mut reader, FUNCTIONS)? {
                self.copy(&mut reader, FUNCTIONS)?;
                let kind = reader.byte()?;
                self.put(FUNCTIONS, &[kind]);
            }
            while reader.at < end {
                added += self.instruction(&mut reader)?;
            }
        }
        Ok(added)
    }

    fn instruction(&mut self, reader: &mut Reader<'_>) -> Result<usize> {
        let op = reader.byte()?;
        if op == I32_CONST {
            let start = reader.at;
            let is_address = DATA.contains(&reader.number()?);
            reader.at = start;
            let (code, stream) = if is_address { (ADDRESS, ADDRESSES) } else { (op, CONSTANTS) };
            self.put(CODES, &[code]);
            self.copy(reader, stream)?;
            return Ok(0);
        }
        self.put(CODES, &[op]);
        match op {
            // unreachable, nop, else, end, return, drop, select, and all that compares and computes
            0 | 1 | 5 | 11 | 15 | 26 | 27 | 69..=191 => {}
            // block, loop, if; memory.size, memory.grow
            2..=4 | 63 | 64 => _ = self.copy(reader, TYPES)?,
            // br, br_if, global.get, global.set
            12 | 13 | 35 | 36 => _ = self.copy(reader, LABELS)?,
            // br_table
            14 => {
                for _ in 0..=self.copy(reader, LABELS)? {
                    self.copy(reader, LABELS)?;
                }
            }
            // call
            16 => _ = self.copy(reader, CALLS)?,
            // call_indirect; there is one table
            17 => {
                self.copy(reader, CALLS)?;
                reader.byte()?;
                return Ok(1);
            }
            // local.get, local.set, local.tee
            32..=34 => _ = self.copy(reader, LOCALS)?,
            // loads and stores
            40..=62 => {
                reader.number()?;
                self.copy(reader, OFFSETS)?;
                return Ok(1);
            }
            // i64.const
            66 => loop {
                let byte = reader.byte()?;
                self.put(RAW, &[byte]);
                if byte < 128 {
                    break;
                }
            },
            // f64.const
            68 => {
                for _ in 0..8 {
                    let byte = reader.byte()?;
                    self.put(RAW, &[byte]);
                }
            }
            _ => bail!("the decoder does not know instruction {op:#x} of the module"),
        }
        Ok(0)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).copied().context("the module ends too early")?;
        self.at += 1;
        Ok(byte)
    }

    /// A number in LEB128, read as if it had no sign.
    fn number(&mut self) -> Result<u32> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        bail!("a number of the module is too long")
    }
}
