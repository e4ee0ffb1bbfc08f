//! What stands in the place of `page` on a server: nothing happens.

use crate::{Config, Event, Issue, Members, TraceContext};

pub fn init(_: &Config) {}

pub fn issues() -> Vec<Issue> {
    Vec::new()
}

pub fn set_user(_: &Members) {}

pub fn set_view(_: &str) {}

pub fn send_event(_: &Event) {}

pub fn trace_context(_: &str) -> TraceContext {
    TraceContext { hint: "not_ready".to_owned(), ..TraceContext::default() }
}

pub async fn flush() {}

pub fn stop(_: bool) {}

#[cfg(feature = "tracing")]
pub fn observe(_: fn(&[(String, String)])) {}
