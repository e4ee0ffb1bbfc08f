//! One record: what one request brought, or a part of it.
//!
//! ```text
//! length of the rest: u32 │ CRC-32 of the rest: u32 │ signal: u8 │ keys: u32 │ keys, 36 bytes each │ payload
//! ```
//!
//! Numbers are little-endian.

use crate::limits::SPOOL_RECORD_BYTES;

/// Length and checksum.
pub const HEAD: usize = 8;

/// Signal and number of keys.
const BODY_HEAD: usize = 5;

const KEY: usize = 36;

/// What identifies a span: trace, id, start, and a checksum of its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; KEY]);

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// An `ExportTraceServiceRequest` in protobuf.
    Spans,
}

/// What one request brought, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it holds.
    pub signal: Signal,
    /// A key for each span.
    pub keys: Vec<Key>,
    /// The bytes that go to the receiver.
    pub payload: Vec<u8>,
}

impl Key {
    /// A key of a span.
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8], start_ns: i64, service: u32) -> Self {
        let mut key = [0; KEY];
        let parts = trace_id.into_iter().chain(span_id).chain(start_ns.to_le_bytes()).chain(service.to_le_bytes());
        key.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        Self(key)
    }
}

impl Record {
    /// As it stands in a segment.
    pub fn to_bytes(&self) -> Vec<u8> {
        let signal = match self.signal {
            Signal::Spans => 1,
        };
        let mut body = Vec::with_capacity(BODY_HEAD + self.keys.len() * KEY + self.payload.len());
        body.push(signal);
        body.extend((self.keys.len() as u32).to_le_bytes());
        self.keys.iter().for_each(|key| body.extend(key.0));
        body.extend(&self.payload);
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(&body).to_le_bytes());
        bytes.extend(body);
        bytes
    }

    /// Length and checksum of the body that follows; `None` where no record can be.
    pub fn head(bytes: [u8; HEAD]) -> Option<(usize, u32)> {
        let [a, b, c, d, e, f, g, h] = bytes;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let possible = (BODY_HEAD..=SPOOL_RECORD_BYTES).contains(&length);
        possible.then(|| (length, u32::from_le_bytes([e, f, g, h])))
    }

    /// Reads a body; `None` where it is damaged.
    pub fn from_body(body: &[u8], checksum: u32) -> Option<Self> {
        if crc32fast::hash(body) != checksum {
            return None;
        }
        let (head, rest) = body.split_at_checked(BODY_HEAD)?;
        let &[signal, a, b, c, d] = head else { return None };
        let signal = match signal {
            1 => Signal::Spans,
            _ => return None,
        };
        let count = u32::from_le_bytes([a, b, c, d]) as usize;
        let (keys, payload) = rest.split_at_checked(count.checked_mul(KEY)?)?;
        let keys = keys.chunks_exact(KEY).filter_map(|key| Some(Key(key.try_into().ok()?))).collect();
        Some(Self { signal, keys, payload: payload.to_vec() })
    }
}
