//! One function for each decoder. It feeds any bytes to the decoder, and panics where a promise does not hold:
//! no panic within, bounded output, valid JSON in the store, no secret kept.

use std::{
    str,
    sync::{Arc, LazyLock},
};

use serde_json::Value;
use tracebeam_gateway::{
    gzip,
    limits::{EVENTS_PER_BUNDLE, OTLP_BODY_BYTES, REPORT_BYTES, ROWS_BYTES, RUM_BODY_BYTES, SPANS_PER_REQUEST},
    otlp::{
        json, protobuf,
        take::{Sender, Taken},
    },
    redact,
    rules::{Rules, event::Event, explain, remote},
    rum::{
        carrier::{TraceContext, parse_traceparent},
        mapping::{self, Common},
        parse,
        record::{AppRecord, Arrival, Record},
    },
    time::Clock,
};

/// When the seeds were sent.
const NOW: Clock = Clock::Fixed(1_790_000_000_500);

/// Rules that look at everything.
static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| Arc::new(Rules::parse(TEXT).expect("good rules")));

const TEXT: &str = r#"
[[rule]]
when = { status = "5xx", url = "x", attributes = { "a" = "b" } }
drop = true
[[rule]]
redact = { match = '\w+@\w+', with = "EMAIL" }
[[rule]]
redact = { in = ["user", "db.statement", "client.address"] }
[[rule]]
rename = { match = '\d+', with = "{n}" }
[[rule]]
sample = 99
"#;

/// Largest row: a record or span is clipped long before.
const ROW_BYTES: usize = 1024 * 1024;

pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("gzip", gzip),
    ("otlp_json", otlp_json),
    ("otlp_protobuf", otlp_protobuf),
    ("redact", redact),
    ("remote_config", remote_config),
    ("rules", rules),
    ("rum_bundle", rum_bundle),
    ("traceparent", traceparent),
];

/// A body of `POST /rum`, up to the rows that are stored.
pub fn rum_bundle(bytes: &[u8]) {
    if bytes.len() > RUM_BODY_BYTES {
        return;
    }
    let Ok(parsed) = parse::parse(bytes) else { return };
    assert!(!parsed.app_id.is_empty());
    assert!(parsed.events.len() <= EVENTS_PER_BUNDLE);
    assert!(parsed.report.text().len() <= REPORT_BYTES);
    let app = AppRecord::new(&parsed.app_id, &parsed.bundle.app);
    let common = Common::new(&app, parsed.bundle.agent_version.as_deref().unwrap_or_default());
    for event in parsed.events {
        let mut record = Record::new(event, &parsed.bundle, &app, arrival());
        RULES.apply(&mut Event { record: &mut record, common: &common });
        assert!(record.duration_ms >= 0.0 && record.timestamp_ms.is_finite());
        let json = serde_json::to_string(&record).expect("a record is JSON");
        assert!(json.len() <= ROW_BYTES);
        if let Some(row) = mapping::span(&record, &common) {
            assert!(row.end_ns >= row.start_ns);
            is_object(&row.detail);
            is_object(&row.resource);
        }
    }
}

/// A body of `POST /v1/traces` in protobuf.
pub fn otlp_protobuf(bytes: &[u8]) {
    otlp(bytes, protobuf::read);
}

/// A body of `POST /v1/traces` in JSON.
pub fn otlp_json(bytes: &[u8]) {
    otlp(bytes, json::read);
}

fn otlp(bytes: &[u8], read: fn(&[u8], &mut Taken) -> Result<(), String>) {
    if bytes.len() > OTLP_BODY_BYTES {
        return;
    }
    for sender in [Sender::Backend, Sender::Page(Box::new(|app_id| app_id.len() % 2 == 0))] {
        let mut taken = Taken::new(sender, arrival(), Arc::clone(&RULES));
        let _ = read(bytes, &mut taken);
        assert!(taken.rows.len() <= SPANS_PER_REQUEST);
        assert!(taken.bytes() <= ROWS_BYTES + ROW_BYTES);
        assert!(taken.report.text().len() <= REPORT_BYTES);
        for record in &taken.events {
            assert!(serde_json::to_string(record).expect("a record is JSON").len() <= ROW_BYTES);
        }
        for row in &taken.rows {
            assert!(row.end_ns >= row.start_ns);
            is_object(&row.detail);
            is_object(&row.resource);
        }
    }
}

/// A packed body: no more comes out than is allowed.
pub fn gzip(bytes: &[u8]) {
    const LIMIT: usize = 256 * 1024;
    let mut reserved = 0;
    let unpacked = gzip::unpack(bytes, LIMIT, |bytes| {
        reserved += bytes;
        true
    });
    assert!(reserved <= LIMIT + 128 * 1024);
    if let Ok(unpacked) = unpacked {
        assert!(unpacked.len() <= LIMIT);
    }
}

/// The first line is a `traceparent`, the second `trace_data`, the third `trace_id`, the fourth `tracestate`.
pub fn traceparent(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n').map(str::to_owned);
    let header = lines.next().unwrap_or_default();
    if let Some(context) = parse_traceparent(&header) {
        assert!(header.len() >= 55);
        assert!(header.contains(&context.trace_id.to_string()));
        assert!(header.contains(&context.span_id.to_string()));
    }
    let mut event = tracebeam_gateway::rum::bundle::ResourceEvent { traceparent: Some(header), ..Default::default() };
    event.trace_data = lines.next();
    event.trace_id = lines.next();
    event.tracestate = lines.next();
    if let Some(context) = TraceContext::of(&event) {
        assert!(context.trace_state.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        assert!(context.parent_id != Some(context.span_id));
    }
}

/// Any text with a secret behind it, as a URL, as free text and as an attribute (the first line is its key): the secret
/// goes, whatever stands before it.
pub fn redact(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let gone = |text: &str| assert!(!text.contains("hunter2"), "{text}");
    let (key, value) = text.split_once('\n').unwrap_or((text, text));
    if !text.contains("hunter2") {
        for secret in ["?password=hunter2", "&a=1;token=hunter2", "?next=%2Fx%3Fpwd%3Dhunter2"] {
            let given = format!("{text}?x=1{secret}");
            gone(&redact::url(&given));
            gone(&redact::text(&given));
            gone(&redact::attribute(key, &format!("{value}?x=1{secret}")));
        }
        gone(&redact::text(&format!("{text} password=hunter2")));
        gone(&redact::text(&format!("{text} password=hunter2?{text}")));
        gone(&redact::text(&format!("{text} Bearer hunter2-hunter2")));
    }
}

/// A file of rules, which must not take the gateway down, and what it does to an event.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Rules::parse(text) {
        Ok(rules) => {
            assert!(explain(&rules).iter().all(|line| !line.is_empty()));
            let bundle = br#"{"app":{"id":"shop"},"events":[{"event_type":"resource","timestamp":1790000000000,
                "url":"https://a.example/x/1?q=anna@a.example","name":"/x/{id}","status_code":503,"message":"no 1"}]}"#;
            let parsed = parse::parse(bundle).expect("a good bundle");
            let app = AppRecord::new(&parsed.app_id, &parsed.bundle.app);
            let common = Common::new(&app, "");
            for event in parsed.events {
                let mut record = Record::new(event, &parsed.bundle, &app, arrival());
                rules.apply(&mut Event { record: &mut record, common: &common });
                assert!(serde_json::to_string(&record).expect("a record is JSON").len() <= ROW_BYTES);
            }
        }
        Err(bad) => assert!(!bad.reason.is_empty()),
    }
}

/// What agents with `remoteConfig` would be told.
pub fn remote_config(bytes: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else { return };
    if let Err((_, reason)) = remote::check(&json) {
        assert!(!reason.is_empty());
    }
}

fn arrival() -> Arrival {
    Arrival { at_ms: NOW.now_ms(), from: None, window: NOW.window() }
}

fn is_object(json: &str) {
    let value: Value = serde_json::from_str(json).expect("what is stored is JSON");
    assert!(value.is_object());
}
