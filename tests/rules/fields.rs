//! The fields of an event are said three times: by the encoder, in docs/events.md and in the JSON schema. All three agree.

use std::collections::BTreeSet;

use tracebeam::engine::encode::rum::{self, Extras};
use tracebeam::engine::event::{Outcome, ResourceEvent, ServerTiming, ServerTimingHint, Timing};
use tracebeam::engine::propagation::{Carrier, SpanContext};
use tracebeam::engine::text::Out;

use super::docs::read;

/// The names of an event of which everything is known. Every field is given here, so that a new one is a compiler error.
fn encoded() -> BTreeSet<String> {
    let mut headers = Carrier::new();
    headers.begin("traceparent").str("00-…");
    headers.begin("tracestate").str("rum=…");
    let event = ResourceEvent {
        id: "e",
        timestamp: 1.0,
        duration: 1.0,
        incomplete: true,
        kind: "fetch",
        name: "/x",
        url: "https://shop.example/x",
        redirected: "https://shop.example/y",
        method: "GET",
        status: 200,
        status_code: "200",
        success: "1",
        message: "x",
        own_message: true,
        outcome: Some(Outcome::NetworkError),
        hint: "set",
        timing: Timing { phases: [1.0; 7], size: 1.0, transfer: 1.0, protocol: "h2", delivery: "cache" },
        server_hint: "received",
        server_trace: "t",
        session: "s",
        view_id: "v",
        view_name: "/x",
    };
    let extras = Extras {
        context: Some(&SpanContext { trace: [1; 16], span: [1; 8], sampled: true }),
        headers: &headers,
        sample: 100.0,
        server: &ServerTiming { hint: ServerTimingHint::Received, trace: Out::new(), sampling: "1", response: "1" },
        lost: true,
        elsewhere: true,
        properties: "\"a\"\x011",
    };
    let mut text = Out::new();
    rum::resource(&mut text, &event, &extras);
    let event: serde_json::Value = serde_json::from_str(text.as_str()).unwrap();
    event.as_object().unwrap().keys().cloned().collect()
}

/// Names in the first column of the table under "A resource event".
fn described() -> BTreeSet<String> {
    let page = read("docs/events.md");
    let table = page.split("## A resource event").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let columns = rows.filter_map(|row| row.split(" | ").next());
    columns.flat_map(|names| names.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn the_encoder_the_documentation_and_the_schema_have_the_same_fields() {
    let schema: serde_json::Value = serde_json::from_str(&read("docs/schema/rum-bundle.schema.json")).unwrap();
    let schema: BTreeSet<String> =
        schema["$defs"]["resource"]["properties"].as_object().unwrap().keys().cloned().collect();
    let encoded = encoded();
    for (path, fields) in [("docs/events.md", described()), ("docs/schema/rum-bundle.schema.json", schema)] {
        let missing: Vec<_> = encoded.difference(&fields).collect();
        let unknown: Vec<_> = fields.difference(&encoded).collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?}, which src/engine/encode/rum.rs writes");
        assert!(unknown.is_empty(), "{path} has {unknown:?}, which src/engine/encode/rum.rs does not write");
    }
}
