//! One entry of the browser's performance timeline, as plain data.
//!
//! <https://www.w3.org/TR/resource-timing/>: every moment is 0 where it did not happen or where the
//! server did not allow this origin to know it (`Timing-Allow-Origin`).

use crate::engine::clock::Millis;
use crate::engine::event::Timing;
use crate::engine::text::cut;

/// A `PerformanceResourceTiming` or `PerformanceNavigationTiming`. Moments are on the monotonic clock.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// `startTime`: when the page asked.
    pub start: Millis,
    /// `redirectStart`.
    pub redirect_start: Millis,
    /// `redirectEnd`.
    pub redirect_end: Millis,
    /// `workerStart`: the service worker's, where one answered.
    pub worker_start: Millis,
    /// `fetchStart`: after redirects.
    pub fetch_start: Millis,
    /// `domainLookupStart`.
    pub dns_start: Millis,
    /// `domainLookupEnd`.
    pub dns_end: Millis,
    /// `connectStart`.
    pub connect_start: Millis,
    /// `secureConnectionStart`.
    pub secure_start: Millis,
    /// `connectEnd`.
    pub connect_end: Millis,
    /// `requestStart`.
    pub request_start: Millis,
    /// `responseStart`: the first byte.
    pub response_start: Millis,
    /// `responseEnd`: the last byte, or the failure.
    pub response_end: Millis,
    /// `transferSize`.
    pub transfer: f64,
    /// `decodedBodySize`.
    pub size: f64,
    /// `responseStatus`.
    pub status: u32,
    /// Texts of the entry, NUL between: `name`, `initiatorType`, `nextHopProtocol`, `deliveryType`,
    /// `contentType`, the application's name for it, the answers of its rules, and what Server-Timing
    /// says ([`super::server_timing`]).
    pub text: String,
}

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
    /// The URL that the page asked for, before redirects.
    pub fn url(&self) -> &str {
        self.part(URL)
    }

    /// What asked: `fetch`, `script`, `img`, `navigation`, …
    pub fn initiator(&self) -> &str {
        self.part(INITIATOR)
    }

    /// MIME type, where the browser tells.
    pub fn content_type(&self) -> &str {
        self.part(CONTENT_TYPE)
    }

    /// What the application calls it; empty where it was not asked.
    pub fn name(&self) -> &str {
        self.part(NAME)
    }

    /// One byte per RegExp or predicate of the application: whether it matches the URL.
    pub fn answers(&self) -> &[u8] {
        self.part(ANSWERS).as_bytes()
    }

    /// What Server-Timing says, see [`super::server_timing`].
    pub fn metrics(&self) -> &str {
        self.from(METRICS).unwrap_or("")
    }

    /// Whether `initiator` loaded `href`.
    #[inline(never)]
    pub fn is_of(&self, initiator: &str, href: &str) -> bool {
        self.url() == href && self.initiator() == initiator
    }

    #[inline(never)]
    fn from(&self, index: usize) -> Option<&str> {
        let mut rest = Some(self.text.as_str());
        for _ in 0..index {
            rest = cut(rest?, 0).1;
        }
        rest
    }

    #[inline(never)]
    fn part(&self, index: usize) -> &str {
        cut(self.from(index).unwrap_or(""), 0).0
    }

    /// Whether the response came from the browser's cache: nothing crossed the network, and yet
    /// there is a body. Not so for a service worker's answer, nor for an opaque one, which has no size.
    fn cached(&self) -> bool {
        self.transfer == 0.0 && self.size > 0.0 && self.worker_start == 0.0
    }

    /// The phases that really happened, and what else the browser knows. Moments out of order
    /// (Chromium and Safari have both given some) make every phase doubtful: then there are none.
    pub fn timing(&self) -> Timing<'_> {
        let delivery = self.part(DELIVERY);
        let mut timing = Timing {
            phases: [0.0; 7],
            size: self.size,
            transfer: self.transfer,
            protocol: self.part(PROTOCOL),
            delivery: if delivery.is_empty() && self.cached() { "cache" } else { delivery },
        };
        let mut last = 0.0;
        for moment in [
            self.start,
            self.redirect_start,
            self.redirect_end,
            self.fetch_start,
            self.dns_start,
            self.dns_end,
            self.connect_start,
            self.secure_start,
            self.connect_end,
            self.request_start,
            self.response_start,
            self.response_end,
        ] {
            // A connection that was used before keeps its old TLS start in some browsers: only that phase is wrong then.
            if moment > 0.0 && moment != self.secure_start {
                if moment < last {
                    return timing;
                }
                last = moment;
            }
        }
        let secure = if self.secure_start >= self.connect_start { self.secure_start } else { 0.0 };
        // A navigation starts at 0, and so does its redirect.
        let redirect = if self.redirect_end > 0.0 { self.redirect_end - self.redirect_start } else { 0.0 };
        let ends = [
            (1.0, 1.0 + redirect),
            (self.dns_start, self.dns_end),
            (self.connect_start, self.connect_end),
            (secure, self.connect_end),
            (self.request_start, self.response_start),
            (self.response_start, self.response_end),
            (self.worker_start, self.fetch_start),
        ];
        for (phase, (from, to)) in timing.phases.iter_mut().zip(ends) {
            if from > 0.0 && to > from {
                *phase = to - from;
            }
        }
        timing
    }
}
