//! A request as an OpenTelemetry span: each attribute's name beside its value, and what counts as an error. The agent's
//! OTLP encoder and the gateway both follow this one table, each with its own [`Attributes`].
//!
//! | RUM | span |
//! |---|---|
//! | `name` | name, prefixed `browser.request:` or `miniapp.request:` |
//! | `success`, `status_code`, `outcome` | status, `error.type` |
//! | user, session, view and all that is known of the request | attributes, see [`request`] |

mod names;

use names::{protocol, server};

use super::context::AppType;
use super::event::Outcome;
use super::text::{Out, cut};
use super::url;

/// What collects attributes. Empty texts and missing numbers never arrive here.
pub trait Attributes {
    /// A text.
    fn text(&mut self, key: &'static str, value: &str);
    /// A whole number, not negative.
    fn integer(&mut self, key: &'static str, value: f64);
    /// A measured number, finite and not negative.
    fn number(&mut self, key: &'static str, value: f64);
    /// A flag that is set.
    fn flag(&mut self, key: &'static str);
}

/// Who made the spans. Empty texts are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// Kind of host.
    pub app: AppType,
    /// `app.name`; empty where the application gives none.
    pub name: &'a str,
    /// `app.id` of the bundle.
    pub id: &'a str,
    /// `app.env`.
    pub env: &'a str,
    /// `app.version`.
    pub version: &'a str,
}

/// What is known of a request. Empty texts and `None` are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Redacted; absolute or not.
    pub url: &'a str,
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// How it ended; `None` where the sender does not say.
    pub outcome: Option<Outcome>,
    /// Whether the request succeeded; `None` where that is not known, so that `status` and `outcome` decide.
    pub success: Option<bool>,
    /// The message that the application gave.
    pub message: &'a str,
    /// The browser's name for it: `h2`, `http/1.1`.
    pub protocol: &'a str,
    /// Known only to the gateway.
    pub client_address: &'a str,
    /// `user.id`.
    pub user: &'a str,
    /// `session.id`.
    pub session: &'a str,
    /// `view.id`.
    pub view_id: &'a str,
    /// `view.name`.
    pub view_name: &'a str,
    /// Body, bytes.
    pub size: Option<f64>,
    /// Body and headers as they came over the network, bytes.
    pub transfer_size: Option<f64>,
    /// `event_id`.
    pub event_id: &'a str,
    /// `type`: `fetch`, `xmlhttprequest`, …
    pub kind: &'a str,
    /// `delivery_type`.
    pub delivery_type: &'a str,
    /// `times`, where an event stands for several requests.
    pub times: Option<f64>,
    /// `net.model`.
    pub network: &'a str,
    /// `trace_context_hint`.
    pub trace_context_hint: &'a str,
    /// `server_timing_hint`.
    pub server_timing_hint: &'a str,
    /// `server_timing_trace_id`.
    pub server_timing_trace_id: &'a str,
    /// Whether the end is not known, so that the duration is only a part.
    pub incomplete: bool,
    /// Milliseconds, in the order of [`PHASES`].
    pub phases: [Option<f64>; PHASES.len()],
}

/// The attributes of the phases.
pub const PHASES: [&str; 6] = [
    "rum.phase.redirect_ms",
    "rum.phase.dns_ms",
    "rum.phase.connect_ms",
    "rum.phase.ssl_ms",
    "rum.phase.first_byte_ms",
    "rum.phase.download_ms",
];

/// What stands before the name of a property in the attribute's name.
pub const PROPERTIES: &str = "rum.properties.";

/// What stands before the request's name in the span's.
pub fn prefix(app: AppType) -> &'static str {
    match app {
        AppType::Browser => "browser.request:",
        AppType::MiniApp => "miniapp.request:",
    }
}

/// The resource's attributes.
pub fn resource(source: &Source<'_>, out: &mut impl Attributes) {
    let service = match source.app {
        _ if !source.name.is_empty() => source.name,
        AppType::Browser => "rum-browser",
        AppType::MiniApp => "rum-miniapp",
    };
    for (key, value) in [
        ("service.name", service),
        ("service.version", source.version),
        ("deployment.environment.name", source.env),
        ("rum.app.id", source.id),
        ("rum.app.type", source.app.name()),
    ] {
        text(out, key, value);
    }
}

/// The attributes of a request's span.
pub fn request(facts: &Facts<'_>, out: &mut impl Attributes) {
    let url = url::split(facts.url);
    let (protocol, version) = protocol(facts.protocol);
    let (host, port) = server(url.origin);
    let mut status = Out::new();
    status.u32(facts.status);
    let error = match facts.outcome {
        _ if !is_error(facts) => "",
        // As OpenTelemetry asks: the status where there is one.
        None | Some(Outcome::Ok | Outcome::HttpError) if facts.status >= 400 => status.as_str(),
        // Only the application says that it failed. OpenTelemetry's word for an error that has no name:
        None | Some(Outcome::Ok) => "_OTHER",
        Some(failed) => failed.name(),
    };
    // `url.full` must be absolute; of a relative URL only the path is known.
    let (full, path) = if url.http { (facts.url, "") } else { ("", cut(facts.url, b'?').0) };
    for (key, value) in [
        ("http.request.method", facts.method),
        ("url.full", full),
        ("url.path", path),
        ("server.address", host),
        ("error.type", error),
        ("network.protocol.name", protocol),
        ("network.protocol.version", version),
        ("client.address", facts.client_address),
        ("user.id", facts.user),
        ("session.id", facts.session),
        ("view.id", facts.view_id),
        ("view.name", facts.view_name),
        ("rum.event.id", facts.event_id),
        ("rum.resource.type", facts.kind),
        ("rum.resource.outcome", facts.outcome.map_or("", Outcome::name)),
        ("rum.resource.message", facts.message),
        ("rum.resource.delivery_type", facts.delivery_type),
        ("rum.network.model", facts.network),
        ("rum.trace_context_hint", facts.trace_context_hint),
        ("rum.server_timing_hint", facts.server_timing_hint),
        ("rum.server_timing.trace_id", facts.server_timing_trace_id),
    ] {
        text(out, key, value);
    }
    for (key, value) in [
        ("server.port", port),
        ("http.response.status_code", (facts.status > 0).then_some(f64::from(facts.status))),
        ("http.response.body.size", facts.size),
        ("http.response.size", facts.transfer_size),
        ("rum.resource.times", facts.times.filter(|times| *times > 1.0)),
    ] {
        if let Some(value) = value.filter(|value| (0.0..9e15).contains(value)) {
            out.integer(key, value);
        }
    }
    if facts.incomplete {
        out.flag("rum.resource.incomplete");
    }
    for (key, value) in PHASES.iter().zip(facts.phases) {
        if let Some(value) = value.filter(|value| (0.0..9e12).contains(value)) {
            out.number(key, value);
        }
    }
}

/// Whether the request failed.
fn is_error(facts: &Facts<'_>) -> bool {
    match (facts.success, facts.outcome) {
        (Some(success), _) => !success,
        (None, None) => false,
        (None, Some(Outcome::Ok)) => facts.status >= 400,
        (None, Some(_)) => true,
    }
}

/// The text of the span's error status; `None` where it did not fail, empty where an attribute says it already.
pub fn error<'a>(facts: &Facts<'_>, message: &'a str) -> Option<&'a str> {
    let is_judged = matches!(facts.outcome, None | Some(Outcome::Ok));
    let is_told = facts.status >= 400 || (facts.status > 0 && !is_judged);
    is_error(facts).then_some(if is_told { "" } else { message })
}

#[inline(never)]
fn text(out: &mut impl Attributes, key: &'static str, value: &str) {
    if !value.is_empty() {
        out.text(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct List(Vec<(String, String)>);

    impl Attributes for List {
        fn text(&mut self, key: &'static str, value: &str) {
            self.0.push((key.to_owned(), value.to_owned()));
        }
        fn integer(&mut self, key: &'static str, value: f64) {
            self.0.push((key.to_owned(), format!("{value}i")));
        }
        fn number(&mut self, key: &'static str, value: f64) {
            self.0.push((key.to_owned(), format!("{value}n")));
        }
        fn flag(&mut self, key: &'static str) {
            self.0.push((key.to_owned(), "true".to_owned()));
        }
    }

    #[test]
    fn only_what_is_known_becomes_an_attribute() {
        let mut list = List(Vec::new());
        let facts = Facts {
            method: "GET",
            url: "https://a.example/x?q",
            status: 503,
            outcome: Some(Outcome::HttpError),
            protocol: "h2",
            size: Some(f64::NAN),
            transfer_size: Some(12.0),
            phases: [None, Some(1.5), Some(-1.0), Some(f64::INFINITY), None, None],
            ..Facts::default()
        };
        request(&facts, &mut list);
        let pairs: Vec<_> = list.0.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("http.request.method", "GET"),
                ("url.full", "https://a.example/x?q"),
                ("server.address", "a.example"),
                ("error.type", "503"),
                ("network.protocol.name", "http"),
                ("network.protocol.version", "2"),
                ("rum.resource.outcome", "http_error"),
                ("server.port", "443i"),
                ("http.response.status_code", "503i"),
                ("http.response.size", "12i"),
                ("rum.phase.dns_ms", "1.5n"),
            ]
        );
        assert_eq!(error(&facts, "x"), Some(""));
    }

    #[test]
    fn failures_without_a_status_keep_their_message() {
        let facts = |outcome, status| Facts { outcome: Some(outcome), status, ..Facts::default() };
        assert_eq!(error(&facts(Outcome::NetworkError, 0), "Failed to fetch"), Some("Failed to fetch"));
        assert_eq!(error(&facts(Outcome::Abort, 200), "x"), Some(""));
        assert_eq!(error(&facts(Outcome::Ok, 200), "OK"), None);
    }
}
