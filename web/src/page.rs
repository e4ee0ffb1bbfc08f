//! The agent in the page: the JavaScript that the crate brings along, called with what its interface takes.

mod bindings;
mod convert;
mod futures;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::{Config, Event, Issue, Members, TraceContext};

pub fn init(config: &Config) {
    bindings::init(&convert::config(config));
}

pub fn issues() -> Vec<Issue> {
    let said = bindings::warnings();
    said.iter().filter_map(|warning| Issue::parse(&warning.as_string()?)).collect()
}

pub fn set_user(members: &Members) {
    bindings::set_user(&convert::plain(members));
}

pub fn set_view(name: &str) {
    bindings::set_view(name);
}

pub fn send_event(event: &Event) {
    bindings::send_event(&convert::plain(event));
}

pub fn trace_context(url: &str) -> TraceContext {
    let found = bindings::get_trace_context(url);
    let member = |name: &str| Reflect::get(&found, &JsValue::from_str(name)).unwrap_or_default();
    let text = |name: &str| member(name).as_string().unwrap_or_default();
    let headers = member("headers");
    let headers = if headers.is_object() { Object::entries(&headers.into()) } else { Array::new() };
    TraceContext {
        hint: text("hint"),
        headers: headers.iter().filter_map(|pair| convert::pair(&pair.into())).collect(),
        trace_id: text("traceId"),
        span_id: text("spanId"),
        sampled: member("sampled").is_truthy(),
    }
}

pub async fn flush() {
    futures::end_of_flush().await;
}

pub fn stop(forget: bool) {
    let options = Object::new();
    convert::set(&options, "forget", &forget.into());
    bindings::stop(&options);
}

/// Calls `listen` with the headers of each request that carries some, before the request leaves.
#[cfg(feature = "tracing")]
pub fn observe(listen: fn(&[(String, String)])) {
    use wasm_bindgen::closure::Closure;

    let listener = Closure::<dyn Fn(Array)>::new(move |headers: Array| {
        let texts: Vec<String> = headers.iter().filter_map(|text| text.as_string()).collect();
        let pairs = texts.chunks_exact(2).filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone())));
        listen(&pairs.collect::<Vec<_>>());
    });
    bindings::observe(&listener.into_js_value());
}
