//! The application's calls: headers for a request that it sends by other means (`getTraceContext`), and an event that it has made
//! (`sendEvent`).

use super::{Agent, End};
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Revision, TraceContextHint, http_status};
use crate::engine::propagation::tracecontext::{self, TRACEPARENT};
use crate::engine::text::{Out, parse_number};

impl Agent {
    /// Removes a request that was started only for its headers. Writes the decision to `out`: the hint and, if there are ids,
    /// the trace id, the span id, and `1` if it is sampled, each after a NUL.
    pub fn trace_context(&mut self, id: u32, out: &mut Out) {
        out.clear();
        let Some(started) = self.inflight.take(id) else {
            // A filter matches, or the session is not recorded.
            let sampled = self.context.scene.sampled;
            out.str(if sampled { TraceContextHint::Excluded } else { TraceContextHint::NotSampled }.name());
            return;
        };
        out.str(started.hint.map_or("", TraceContextHint::name));
        if let Some(context) = &started.context {
            out.ascii(0);
            out.hex(&context.trace);
            out.ascii(0);
            out.hex(&context.span);
            out.str(if context.sampled { "\u{0}1" } else { "\0" });
        }
    }

    /// An event that the application has made. If `text`, a [`Revision`], has no start, the event ends `now`.
    pub fn send_event(&mut self, text: &str, now: Millis) {
        let revision = Revision(text.to_owned());
        let [href, method, timestamp, traceparent, .., status_code, duration, _] = revision.read();
        let timestamp = match parse_number(timestamp) {
            given if given > 0.0 => given,
            _ => self.clock.at(now - parse_number(duration)),
        };
        let mut started = self.begin(Kind::Custom, href, method, 0.0, timestamp);
        started.context = tracecontext::parse(traceparent);
        if started.context.is_some() {
            started.headers.keep(TRACEPARENT, traceparent);
            started.hint = Some(TraceContextHint::External);
        }
        let end = End { status: http_status(status_code), failure: None, message: "", now: 0.0 };
        // The event waits for nothing.
        let ended = self.waiting.settle(started, &end, 0.0);
        ended.revision = revision;
        self.write_due(now);
    }
}
