//! One entry of the browser's performance timeline, as plain data.
//!
//! <https://www.w3.org/TR/resource-timing/>: every moment is 0 where it did not happen or where the
//! server did not allow this origin to know it (`Timing-Allow-Origin`).

use crate::engine::clock::Millis;
use crate::engine::event::Timing;
use crate::engine::text::{cut, parse_number};

/// A `PerformanceResourceTiming` or `PerformanceNavigationTiming`. Moments are on the monotonic clock.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    numbers: [f64; NUMBERS],
    text: String,
    key: u32,
}

/// Places of the numbers, in the order in which the host gives them (`browser/timing.js`): first the
/// moments in the order in which they happen.
const START: usize = 0;
const REDIRECT_START: usize = 1;
const REDIRECT_END: usize = 2;
const FETCH_START: usize = 3;
const DNS_START: usize = 4;
const DNS_END: usize = 5;
const CONNECT_START: usize = 6;
const SECURE_START: usize = 7;
const CONNECT_END: usize = 8;
const REQUEST_START: usize = 9;
const RESPONSE_START: usize = 10;
const RESPONSE_END: usize = 11;
const MOMENTS: usize = 12;
const WORKER_START: usize = 12;
const TRANSFER: usize = 13;
const SIZE: usize = 14;
const STATUS: usize = 15;
const NUMBERS: usize = 16;

/// The first and last moment of each phase, in the order of [`Timing::phases`].
const PHASES: [(u8, u8); 7] = [
    (REDIRECT_START as u8, REDIRECT_END as u8),
    (DNS_START as u8, DNS_END as u8),
    (CONNECT_START as u8, CONNECT_END as u8),
    (SECURE_START as u8, CONNECT_END as u8),
    (REQUEST_START as u8, RESPONSE_START as u8),
    (RESPONSE_START as u8, RESPONSE_END as u8),
    (WORKER_START as u8, FETCH_START as u8),
];

/// Places of the texts.
const URL: usize = 0;
const INITIATOR: usize = 1;
const PROTOCOL: usize = 2;
const DELIVERY: usize = 3;
const CONTENT_TYPE: usize = 4;
const NAME: usize = 5;
const ANSWERS: usize = 6;
const METRICS: usize = 7;

impl Entry {
    /// Reads an entry, NUL between all fields. First its numbers: `startTime`, `redirectStart`, `redirectEnd`,
    /// `fetchStart`, `domainLookupStart`, `domainLookupEnd`, `connectStart`, `secureConnectionStart`,
    /// `connectEnd`, `requestStart`, `responseStart`, `responseEnd`, `workerStart`, `transferSize`,
    /// `decodedBodySize`, `responseStatus`, empty for 0. Then its texts: `name`, `initiatorType`,
    /// `nextHopProtocol`, `deliveryType`, `contentType`, the application's name for it, the answers of its
    /// rules, and what Server-Timing says ([`super::server_timing`]).
    pub fn read(text: &str) -> Self {
        let mut rest = text;
        let numbers = std::array::from_fn(|_| {
            let (digits, next) = cut(rest, 0);
            rest = next.unwrap_or("");
            parse_number(digits)
        });
        let mut entry = Self { numbers, text: rest.to_owned(), key: 0 };
        entry.key = Self::key_of(entry.initiator(), entry.url());
        entry
    }

    /// An entry that measured nothing.
    pub const fn unknown() -> Self {
        Self { numbers: [0.0; NUMBERS], text: String::new(), key: 0 }
    }

    /// The start of the request.
    pub fn start(&self) -> Millis {
        self.numbers[START]
    }

    /// The first byte.
    pub fn first_byte(&self) -> Millis {
        self.numbers[RESPONSE_START]
    }

    /// The last byte, or the failure.
    pub fn end(&self) -> Millis {
        self.numbers[RESPONSE_END]
    }

    /// HTTP status; 0 where there was none, or where the browser hides it.
    pub fn status(&self) -> u32 {
        self.numbers[STATUS] as u32
    }

    /// When the page learns of the answer: with the headers for a fetch, otherwise at the end.
    pub fn moment(&self) -> Millis {
        if self.initiator() == "fetch" { self.first_byte() } else { self.end() }
    }

    /// The URL that the page asked for, before redirects.
    pub fn url(&self) -> &str {
        self.part(URL)
    }

    /// What made the request: `fetch`, `script`, `img`, `navigation`, …
    pub fn initiator(&self) -> &str {
        self.part(INITIATOR)
    }

    /// MIME type, where the browser tells.
    pub fn content_type(&self) -> &str {
        self.part(CONTENT_TYPE)
    }

    /// The application's name for it; empty if it was not asked.
    pub fn name(&self) -> &str {
        self.part(NAME)
    }

    /// The answers of the application's RegExps and predicates for the URL, one byte each.
    pub fn answers(&self) -> &[u8] {
        self.part(ANSWERS).as_bytes()
    }

    /// What Server-Timing says, see [`super::server_timing`].
    pub fn metrics(&self) -> &str {
        self.from(METRICS)
    }

    /// Whether `initiator` loaded `href`.
    #[inline(never)]
    pub fn is_of(&self, initiator: &str, href: &str) -> bool {
        self.initiator() == initiator && self.url() == href
    }

    /// A hash of URL and interface. Entries are compared with requests by this hash, because the texts are long and many are
    /// compared with many. Two different pairs have the same hash once in four thousand million.
    pub const fn key(&self) -> u32 {
        self.key
    }

    /// The key of the entry that `initiator` gets for `href`: FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>).
    /// A mini-program's host has no entries to tell apart.
    #[inline(never)]
    pub fn key_of(initiator: &str, href: &str) -> u32 {
        if cfg!(feature = "miniapp") {
            return 0;
        }
        mix(mix(0x811c_9dc5, initiator), href)
    }

    #[inline(never)]
    fn from(&self, index: usize) -> &str {
        let mut rest = self.text.as_str();
        for _ in 0..index {
            rest = cut(rest, 0).1.unwrap_or("");
        }
        rest
    }

    #[inline(never)]
    fn part(&self, index: usize) -> &str {
        cut(self.from(index), 0).0
    }

    /// The phases that happened, and what else the browser knows. There are no phases if the moments are out of order, which has
    /// happened in Chromium and Safari.
    pub fn timing(&self) -> Timing<'_> {
        let mut numbers = self.numbers;
        let mut timing = Timing {
            phases: [0.0; PHASES.len()],
            size: numbers[SIZE],
            transfer: numbers[TRANSFER],
            protocol: self.part(PROTOCOL),
            delivery: self.part(DELIVERY),
        };
        // There is a body although nothing crossed the network: it came from the browser's cache. This does not hold for a service
        // worker's answer, and an opaque answer has no size.
        if timing.delivery.is_empty() && timing.transfer == 0.0 && timing.size > 0.0 && numbers[WORKER_START] == 0.0 {
            timing.delivery = "cache";
        }
        let mut last = 0.0;
        for (at, moment) in numbers.iter_mut().take(MOMENTS).enumerate() {
            if *moment >= last {
                if at != SECURE_START {
                    last = *moment;
                }
            } else if at == SECURE_START {
                // In some browsers a reused connection keeps its old TLS start. Then only that phase is wrong.
                *moment = 0.0;
            } else if *moment > 0.0 {
                return timing;
            }
        }
        let at = |place: u8| numbers.get(place as usize).copied().unwrap_or(0.0);
        for ((from, to), phase) in PHASES.into_iter().zip(&mut timing.phases) {
            let (start, end) = (at(from), at(to));
            // A navigation starts at 0, and so does its redirect.
            if end > start && (start > 0.0 || from == REDIRECT_START as u8) {
                *phase = end - start;
            }
        }
        timing
    }
}

#[inline(never)]
fn mix(hash: u32, text: &str) -> u32 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
