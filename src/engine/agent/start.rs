//! The first half of a request's line: rules → sampling → ids → headers, or a hint why not.

use std::rc::Rc;

use super::Agent;
use crate::engine::clock::Millis;
use crate::engine::config::{Config, Unsampled};
use crate::engine::dropped::OVERFLOW;
use crate::engine::event::{Kind, TraceContextHint};
use crate::engine::inflight::Started;
use crate::engine::method;
use crate::engine::propagation::{
    Carrier, Propagators, SpanContext, b3, baggage, jaeger, own, sw8, tracecontext, tracestate,
};
use crate::engine::rules::{self, AllowedUrl, Decision};
use crate::engine::sampling::sampled;
use crate::engine::text::{cut, from, until};
use crate::engine::url::{self, Url};

/// A request about to be sent, as plain data.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The host's number for it. A second start with the number of a request in flight replaces that request.
    pub id: u32,
    /// Interface.
    pub kind: Kind,
    /// Absolute and normalised by the host's URL parser.
    pub href: &'a str,
    /// As the page gave it; empty means GET.
    pub method: &'a str,
    /// One byte per RegExp or predicate rule: `1`, `0`, or `e` where it threw.
    pub answers: &'a [u8],
    /// The application's own trace headers: `name NUL value` pairs, NUL between all fields, names in lower case.
    pub own: &'a str,
    /// What forbids headers according to the host: [`TraceContextHint::NoCors`] or `NotReady`.
    pub obstacle: Option<TraceContextHint>,
    /// Monotonic clock.
    pub now: Millis,
    /// Wall clock.
    pub date: Millis,
}

/// No headers.
static NOTHING: Carrier = Carrier::new();

impl Agent {
    /// Decides about a request and writes its headers; none if it is not traced. A request that a filter matches is not
    /// recorded at all, and neither is one in a session that is not sampled.
    pub fn start_request(&mut self, request: &Request<'_>) -> &Carrier {
        // An interceptor has changed the request with this number on its way: it starts again.
        self.inflight.take(request.id);
        let url = url::split(request.href);
        if rules::any(&self.config.ignored, request.href, request.answers) || !self.context.scene.sampled {
            return &NOTHING;
        }
        let mut headers = Carrier::default();
        let (hint, mut context) = self.trace(&mut headers, request, &url);
        // The application's span has sent the header. Our span is its child, because two spans with one id break a trace.
        if hint == TraceContextHint::External
            && let Some(context) = &mut context
        {
            context.span = self.entropy.draw();
        }
        if hint == TraceContextHint::PredicateError {
            self.warn_of_predicate();
        }
        let timestamp = self.clock.wall(request.now, request.date);
        let method = method::on_the_wire(request.method);
        let mut started = self.begin(request.kind, request.href, method, request.now, timestamp);
        started.id = request.id;
        started.hint = Some(hint);
        started.context = context;
        started.headers = headers;
        if self.inflight.is_full() {
            self.inflight.oldest().and_then(|oldest| self.inflight.take(oldest));
            self.queue.drop_events(OVERFLOW, 1);
        }
        &self.inflight.insert(started).headers
    }

    /// The record of a request or a resource at its start.
    #[inline(never)]
    pub(super) fn begin(&self, kind: Kind, href: &str, method: &str, start: Millis, timestamp: Millis) -> Box<Started> {
        Box::new(Started {
            kind,
            start,
            timestamp,
            href: href.to_owned(),
            method: method.to_owned(),
            scene: Rc::clone(&self.context.scene),
            id: 0,
            hint: None,
            context: None,
            headers: Carrier::new(),
            name: String::new(),
            redirected: String::new(),
            held: false,
            frozen: false,
        })
    }

    /// The host could not set the headers of a request: it leaves without ours, and its event says so.
    pub fn revoke_headers(&mut self, id: u32) {
        if let Some(started) = self.inflight.get(id) {
            started.headers.revoke();
            started.hint = Some(TraceContextHint::PatchFailed);
            if started.headers.is_empty() {
                started.context = None;
            }
        }
    }

    /// Writes the headers, and returns the ids in them: ours, or those of the application's `traceparent`.
    #[inline(never)]
    fn trace(
        &mut self,
        headers: &mut Carrier,
        request: &Request<'_>,
        url: &Url<'_>,
    ) -> (TraceContextHint, Option<SpanContext>) {
        use TraceContextHint as Hint;
        if let Some(hint) = self.obstacle(request, url) {
            return (hint, None);
        }
        let allowed = allow(&self.config, &self.origin, request, url);
        let traceparent = own::value(request.own, tracecontext::TRACEPARENT);
        let theirs = own::protocols(request.own);
        let adopted = tracecontext::parse(traceparent);
        let (propagators, hint) = match (allowed, adopted) {
            (Err(hint), None) => return (hint, None),
            (_, None) if !traceparent.is_empty() => return (Hint::Invalid, None),
            (Ok(propagators), None) if propagators.has(theirs) => return (Hint::HeaderConflict, None),
            (Ok(propagators), None) => (propagators, Hint::Set),
            (allowed, Some(_)) => {
                headers.keep(tracecontext::TRACEPARENT, traceparent);
                (allowed.unwrap_or(Propagators::NONE), Hint::External)
            }
        };
        let context = adopted.unwrap_or_else(|| SpanContext {
            trace: self.entropy.draw(),
            span: self.entropy.draw(),
            sampled: sampled(self.config.tracing.sample, self.entropy.fraction()),
        });
        // SkyWalking's agents for Java and Go sample every request with `sw8: 0-…`; those for Node.js and Python read it as sampled.
        // Only a missing header means that a request is not sampled.
        let omit = self.config.tracing.unsampled == Unsampled::Omit || propagators.has(Propagators::SW8);
        if omit && !context.sampled {
            return adopted.map_or((Hint::NotSampled, None), |_| (hint, adopted));
        }
        if propagators == Propagators::NONE {
            return (hint, adopted);
        }
        let fits = self.inject(headers, propagators.without(theirs), &context, adopted.is_none(), request.own, url);
        (if fits || adopted.is_some() { hint } else { Hint::MaxLength }, Some(context))
    }

    /// Why a request can carry no headers wherever it goes.
    fn obstacle(&self, request: &Request<'_>, url: &Url<'_>) -> Option<TraceContextHint> {
        match request.obstacle {
            Some(TraceContextHint::NotReady) => request.obstacle,
            _ if !self.config.tracing.enable => Some(TraceContextHint::Disabled),
            _ if !url.http => Some(TraceContextHint::NotHttp),
            obstacle => obstacle,
        }
    }

    /// Writes all headers of these protocols. Returns `false` if one was too long and is left out.
    #[inline(never)]
    fn inject(
        &self,
        headers: &mut Carrier,
        propagators: Propagators,
        context: &SpanContext,
        is_ours: bool,
        own: &str,
        url: &Url<'_>,
    ) -> bool {
        let Config { tracing, pid, version, service, .. } = &*self.config;
        let (app, session) = (self.context.app.name(), self.context.scene.session.as_str());
        let mut fits = true;
        if propagators.has(Propagators::TRACECONTEXT) {
            if is_ours {
                tracecontext::inject(headers, context);
            }
            if tracing.tracestate {
                fits = tracestate::inject(headers, own::value(own, tracestate::TRACESTATE), app, pid, session);
            }
        }
        if propagators.has(Propagators::B3) {
            b3::inject_single(headers, context);
        }
        if propagators.has(Propagators::B3MULTI) {
            b3::inject_multi(headers, context);
        }
        if propagators.has(Propagators::JAEGER) {
            jaeger::inject(headers, context);
        }
        if propagators.has(Propagators::SW8) {
            let names = sw8::Names {
                service: if service.is_empty() { pid } else { service },
                instance: version,
                endpoint: &self.context.scene.view.name,
                peer: from(cut(url.origin, b'/').1.unwrap_or(""), 1),
            };
            sw8::inject(headers, context, &names);
        }
        if tracing.baggage {
            let ours =
                [("rum", "v2"), ("appType", app), ("pid", pid), ("sid", session), ("uid", self.context.user.as_str())];
            fits &= baggage::inject(headers, own::value(own, baggage::BAGGAGE), &ours);
        }
        fits
    }
}

/// The protocols of a request to this URL, or the reason why it gets none.
#[inline(never)]
fn allow(config: &Config, origin: &str, request: &Request<'_>, url: &Url<'_>) -> Result<Propagators, TraceContextHint> {
    // The page calls the agent's own endpoint: tracing that would trace the reports about traces.
    if until(request.href, b"?#").0 == until(&config.endpoint, b"?#").0 {
        return Err(TraceContextHint::Excluded);
    }
    let decide = |rules: &[AllowedUrl]| rules::decide(rules, request.href, request.answers);
    let same_origin = !url.origin.is_empty() && url.origin == origin;
    let propagators = match decide(&config.tracing.allowed) {
        Decision::Match(propagators) => propagators,
        _ if same_origin => config.tracing.propagators,
        Decision::PredicateError => return Err(TraceContextHint::PredicateError),
        Decision::NoMatch if config.tracing.allowed.is_empty() => return Err(TraceContextHint::CrossOrigin),
        Decision::NoMatch => return Err(TraceContextHint::NoMatch),
    };
    // The endpoint's list narrows the page's: a URL must match both.
    let narrowed = config.tracing.narrowed.as_deref().map_or(Decision::Match(propagators), decide);
    match narrowed {
        _ if propagators == Propagators::NONE => Err(TraceContextHint::Excluded),
        Decision::Match(Propagators::NONE) => Err(TraceContextHint::Excluded),
        Decision::Match(_) => Ok(propagators),
        _ if same_origin => Ok(propagators),
        _ => Err(TraceContextHint::NoMatch),
    }
}
