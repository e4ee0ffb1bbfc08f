//! What the application asks of the agent: headers for a request that it sends by its own means, and an event of its own
//! making.

use super::{Agent, End};
use crate::door::GivenSet;
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Revision, TraceContextHint};
use crate::engine::propagation::tracecontext::{self, TRACEPARENT};
use crate::engine::text::{Out, cut, parse_number};

impl Agent {
    /// Removes a request that was started for its headers alone. The decision goes to `out`: the hint and, where there are
    /// ids, the trace id, the span id, and `1` where it is sampled, each after a NUL.
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

    /// An event of the application's own making. `text`: name, URL, method, message, status, start in ms since the epoch,
    /// duration and `traceparent`, a NUL after each; then the members of its [`Revision`], named by `given`. An event
    /// without a start has ended `now`.
    pub fn send_event(&mut self, text: &str, given: GivenSet, now: Millis) {
        let mut rest = text;
        let fields: [&str; 8] = std::array::from_fn(|_| {
            let (field, after) = cut(rest, 0);
            rest = after.unwrap_or("");
            field
        });
        let [name, href, method, message, status, timestamp, duration, traceparent] = fields;
        let [status, timestamp, duration] = [status, timestamp, duration].map(parse_number);
        let timestamp = if timestamp > 0.0 { timestamp } else { self.clock.at(now - duration) };
        let mut started = self.begin(Kind::Custom, href, method, 0.0, timestamp);
        name.clone_into(&mut started.name);
        started.context = tracecontext::parse(traceparent);
        if started.context.is_some() {
            started.headers.keep(TRACEPARENT, traceparent);
            started.hint = Some(TraceContextHint::External);
        }
        let status = status as u32;
        // It waits for nothing.
        let ended = self.waiting.settle(started, &End { status, failure: None, message, now: duration }, 0.0);
        ended.revision = Revision { members: rest.to_owned(), given };
        self.write_due(now);
    }
}
