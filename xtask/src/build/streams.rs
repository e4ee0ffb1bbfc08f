//! Takes a module apart by kind: operation codes, locals, constants, offsets and so on, each a stream of its own.
//!
//! A compressor works best on like beside like: the whole script is 7 % smaller after brotli than with the module in one
//! piece (measured). `pkg-template/js/load/decode.js` puts the module together again. Two things get lost, since they mean
//! nothing: the alignment that a memory access promises (a hint; the decoder promises none), and how many bytes the length
//! of a function takes (the decoder always writes four).

use anyhow::{Context, Result, bail};
use wasmparser::{BinaryReader, FunctionBody, Operator, Parser, Payload};

pub const STREAMS: usize = 11;
/// The sections before and behind the code, unchanged. The code section's number is the last byte before it.
const REST: usize = 0;
/// Block types, and the index of the one memory.
const TYPES: usize = 1;
/// Labels and globals.
const LABELS: usize = 2;
/// Functions that are called, and types of those that are called indirectly.
const CALLS: usize = 3;
const LOCALS: usize = 4;
/// Offsets of memory accesses.
const OFFSETS: usize = 5;
/// `i32.const`.
const CONSTANTS: usize = 6;
/// `i64.const` and `f64.const`.
const RAW: usize = 7;
/// `i32.const` that lie in the data.
const ADDRESSES: usize = 8;
/// The number of functions, and the locals of each.
const FUNCTIONS: usize = 9;
const CODES: usize = 10;

/// An operation code that WebAssembly's first version does not use: here it means an `i32.const` from [`ADDRESSES`].
const ADDRESS: u8 = 6;
/// The data begins behind the stack (wasm.rs). Any address there takes three bytes.
const DATA: std::ops::Range<i32> = 65_536..1_048_576;

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
    pub fn of(module: &[u8]) -> Result<Self> {
        let mut streams = Self::default();
        // Bytes that the decoder adds: four for each length, one for each alignment and each table's index.
        let mut added = 4;
        // Where the section before ends: behind the magic number and the version at first.
        let mut end = 8;
        let mut code = None;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Payload::CodeSectionStart { count, unchecked_range, .. } = &payload {
                streams.head = end + 1;
                streams.put(FUNCTIONS, number(part(module, unchecked_range.start as usize, module.len())?, *count)?);
                code = Some(unchecked_range.end as usize);
            }
            if let Payload::CodeSectionEntry(body) = &payload {
                added += 4 + streams.function(module, body)?;
            }
            if let Some((_, range)) = payload.as_section() {
                end = range.end as usize;
            }
        }
        streams.put(REST, part(module, 0, streams.head)?);
        streams.put(REST, part(module, code.context("the module has no code")?, module.len())?);
        streams.size = added + streams.bytes.iter().map(Vec::len).sum::<usize>();
        Ok(streams)
    }

    #[allow(clippy::indexing_slicing, reason = "`stream` is one of the constants above")]
    fn put(&mut self, stream: usize, bytes: &[u8]) {
        self.bytes[stream].extend_from_slice(bytes);
    }

    /// Returns the bytes that the decoder adds for alignments and tables.
    fn function(&mut self, module: &[u8], body: &FunctionBody<'_>) -> Result<usize> {
        let mut operators = body.get_operators_reader()?;
        let mut at = operators.original_position() as usize;
        self.put(FUNCTIONS, part(module, body.range().start as usize, at)?);
        let mut added = 0;
        while !operators.eof() {
            let operator = operators.read()?;
            let next = operators.original_position() as usize;
            let (code, operands) = part(module, at, next)?.split_first().context("an empty instruction")?;
            added += self.instruction(*code, operands, &operator)?;
            at = next;
        }
        Ok(added)
    }

    fn instruction(&mut self, code: u8, operands: &[u8], operator: &Operator<'_>) -> Result<usize> {
        if let Operator::I32Const { value } = operator {
            let (code, stream) = if DATA.contains(value) { (ADDRESS, ADDRESSES) } else { (code, CONSTANTS) };
            self.put(CODES, &[code]);
            self.put(stream, operands);
            return Ok(0);
        }
        self.put(CODES, &[code]);
        let stream = match code {
            // unreachable, nop, else, end, return, drop, select, and all that compares and computes
            0 | 1 | 5 | 11 | 15 | 26 | 27 | 69..=191 => return Ok(0),
            // block, loop, if; memory.size, memory.grow
            2..=4 | 63 | 64 => TYPES,
            // br, br_if, br_table, global.get, global.set
            12..=14 | 35 | 36 => LABELS,
            // call
            16 => CALLS,
            // local.get, local.set, local.tee
            32..=34 => LOCALS,
            // i64.const, f64.const
            66 | 68 => RAW,
            // call_indirect: the type; the table, of which there is one, is left out
            17 => {
                self.put(CALLS, operands.split_last().context("call_indirect without a table")?.1);
                return Ok(1);
            }
            // loads and stores: the alignment is left out
            40..=62 => {
                self.put(OFFSETS, operands.split_first().context("a memory access without alignment")?.1);
                return Ok(1);
            }
            _ => bail!("pkg-template/js/load/decode.js does not know the instruction {operator:?}"),
        };
        self.put(stream, operands);
        Ok(0)
    }
}

/// The bytes of the number that `bytes` begins with.
fn number(bytes: &[u8], expected: u32) -> Result<&[u8]> {
    let mut reader = BinaryReader::new(bytes, 0);
    if reader.read_var_u32()? != expected {
        bail!("the code section does not begin with the number of its functions");
    }
    part(bytes, 0, reader.original_position() as usize)
}

fn part(bytes: &[u8], from: usize, to: usize) -> Result<&[u8]> {
    bytes.get(from..to).context("the module ends too early")
}
