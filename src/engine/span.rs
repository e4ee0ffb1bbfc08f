//! A request as an OpenTelemetry span: the attributes that only a span has, each beside its value, and what counts as an
//! error. The agent's OTLP encoder and the gateway both follow this one table, each with its own [`Fields`].
//!
//! | RUM | span |
//! |---|---|
//! | `name` | name, prefixed `browser.request:` or `miniapp.request:` |
//! | `success`, `status_code`, `outcome` | status, `error.type` |
//! | user, session, view and all that is known of the request | attributes, see [`request`] |

mod names;

use names::{protocol, server};

use super::context::AppType;
use super::event::{Fields, Outcome, ResourceEvent, shared};
use super::text::{Out, cut};
use super::url;
use crate::attribute;

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

/// What only a span says of a request: a bundle says it once for all its events, and the gateway knows who sent it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sender<'a> {
    /// `user.id`.
    pub user: &'a str,
    /// `net.model`.
    pub network: &'a str,
    /// The client's address; known to the gateway alone.
    pub address: &'a str,
    /// `times`, where an event stands for several requests; otherwise 0.
    pub times: f64,
}

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
pub fn resource(source: &Source<'_>, out: &mut impl Fields) {
    let service = match source.app {
        _ if !source.name.is_empty() => source.name,
        AppType::Browser => "rum-browser",
        AppType::MiniApp => "rum-miniapp",
    };
    out.text(attribute!("service.name"), service);
    out.text(attribute!("service.version"), source.version);
    out.text(attribute!("deployment.environment.name"), source.env);
    out.text(attribute!("rum.app.id"), source.id);
    out.text(attribute!("rum.app.type"), source.app.name());
}

/// The attributes of a request's span.
pub fn request(event: &ResourceEvent<'_>, sender: &Sender<'_>, out: &mut impl Fields) {
    out.text(attribute!("rum.event.id"), event.id);
    shared(event, out);
    let url = url::split(event.url);
    let (protocol, version) = protocol(event.timing.protocol);
    let (host, port) = server(url.origin);
    let mut status = Out::new();
    status.u32(event.status);
    let error = match event.outcome {
        _ if !is_error(event) => "",
        // As OpenTelemetry asks: the status where there is one.
        None | Some(Outcome::Ok | Outcome::HttpError) if event.status >= 400 => status.as_str(),
        // Only the application says that it failed. OpenTelemetry's word for an error that has no name:
        None | Some(Outcome::Ok) => "_OTHER",
        Some(failed) => failed.name(),
    };
    if url.http {
        out.text(attribute!("url.full"), event.url);
    } else {
        // `url.full` must be absolute; of a relative URL only the path is known.
        out.text(attribute!("url.path"), cut(event.url, b'?').0);
    }
    out.text(attribute!("server.address"), host);
    out.integer(attribute!("server.port"), port);
    out.text(attribute!("error.type"), error);
    out.text(attribute!("network.protocol.name"), protocol);
    out.text(attribute!("network.protocol.version"), version);
    out.text(attribute!("client.address"), sender.address);
    out.text(attribute!("user.id"), sender.user);
    out.text(attribute!("session.id"), event.session);
    out.text(attribute!("view.id"), event.view_id);
    out.text(attribute!("view.name"), event.view_name);
    out.text(attribute!("rum.resource.message"), if event.own_message { event.message } else { "" });
    out.text(attribute!("rum.network.model"), sender.network);
    if event.status > 0 {
        out.integer(attribute!("http.response.status_code"), f64::from(event.status));
    }
    if sender.times > 1.0 {
        out.integer(attribute!("rum.resource.times"), sender.times);
    }
}

/// Whether the request failed.
fn is_error(event: &ResourceEvent<'_>) -> bool {
    match (event.success, event.outcome) {
        ("1", _) => false,
        ("0", _) => true,
        (_, None) => false,
        (_, Some(Outcome::Ok)) => event.status >= 400,
        (_, Some(_)) => true,
    }
}

/// The text of the span's error status; `None` where it did not fail, empty where an attribute says it already.
pub fn error<'a>(event: &ResourceEvent<'a>) -> Option<&'a str> {
    let is_judged = matches!(event.outcome, None | Some(Outcome::Ok));
    let is_told = event.status >= 400 || (event.status > 0 && !is_judged);
    is_error(event).then_some(if is_told { "" } else { event.message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::encode::Writer;
    use crate::engine::event::Timing;

    #[test]
    fn only_what_is_known_becomes_an_attribute() {
        let event = ResourceEvent {
            method: "GET",
            url: "https://a.example/x?q",
            status: 503,
            outcome: Some(Outcome::HttpError),
            timing: Timing {
                phases: [0.0, 1.5, -1.0, f64::INFINITY, f64::NAN, 0.0, 2.0],
                size: -1.0,
                transfer: 12.0,
                protocol: "h2",
                delivery: "",
            },
            ..ResourceEvent::default()
        };
        let mut out = Out::new();
        out.ascii(b'[');
        request(&event, &Sender::default(), &mut Writer::spans(&mut out));
        out.ascii(b']');
        let list: serde_json::Value = serde_json::from_str(out.as_str()).unwrap_or_default();
        let pairs: Vec<_> = list
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| (one["key"].as_str().unwrap_or_default(), one["value"].to_string()))
            .collect();
        let expected = [
            ("http.request.method", r#"{"stringValue":"GET"}"#),
            ("rum.phase.dns_ms", r#"{"doubleValue":1.5}"#),
            ("http.response.size", r#"{"intValue":"12"}"#),
            ("rum.resource.outcome", r#"{"stringValue":"http_error"}"#),
            ("url.full", r#"{"stringValue":"https://a.example/x?q"}"#),
            ("server.address", r#"{"stringValue":"a.example"}"#),
            ("server.port", r#"{"intValue":"443"}"#),
            ("error.type", r#"{"stringValue":"503"}"#),
            ("network.protocol.name", r#"{"stringValue":"http"}"#),
            ("network.protocol.version", r#"{"stringValue":"2"}"#),
            ("http.response.status_code", r#"{"intValue":"503"}"#),
        ];
        assert_eq!(pairs, expected.map(|(key, value)| (key, value.to_owned())));
        assert_eq!(error(&event), Some(""));
    }

    #[test]
    fn failures_without_a_status_keep_their_message() {
        let error = |outcome, status, message| {
            error(&ResourceEvent { outcome: Some(outcome), status, message, ..ResourceEvent::default() })
        };
        assert_eq!(error(Outcome::NetworkError, 0, "Failed to fetch"), Some("Failed to fetch"));
        assert_eq!(error(Outcome::Abort, 200, "x"), Some(""));
        assert_eq!(error(Outcome::Ok, 200, "OK"), None);
    }
}
