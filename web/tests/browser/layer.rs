//! The layer for `tracing`: spans and their logs have the ids of the request, as the agent reported it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracebeam_web::layer::RequestIdLayer;
use tracing::{Instrument, field, info, info_span};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{agent, event, member, request};

/// What the `fmt` layer has written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[wasm_bindgen_test]
async fn logs_after_a_request_name_its_trace_and_span() {
    agent();
    let log = Log::default();
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_writer(log.clone());
    tracing_subscriber::registry().with(lines).with(RequestIdLayer::default()).init();

    let twice = async {
        info!("before");
        request("/span/first").await;
        request("/span/second").await;
        info!("after");
    };
    twice.instrument(info_span!("load", page = 7)).await;
    let declared = async {
        request("/span/declared").await;
        info!("recorded");
    };
    declared.instrument(info_span!("declared", trace_id = field::Empty, span_id = field::Empty)).await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line = |word: &str| text.lines().find(|line| line.ends_with(word)).unwrap_or_else(|| panic!("{text}"));
    assert!(!line("before").contains("trace_id"), "{text}");
    for (word, url, fields) in [("after", "/span/second", "page=7 "), ("recorded", "/span/declared", "")] {
        let event = event(url).await;
        let trace = member(&event, "trace_id");
        let span = member(&event, "trace_data").split("\"spanId\":\"").nth(1).unwrap()[..16].to_owned();
        let expected = format!("{{{fields}trace_id={trace} span_id={span}}}");
        assert!(line(word).contains(&expected), "{expected}\n{text}");
    }
}
