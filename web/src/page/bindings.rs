//! The functions of js/tracebeam.js, which the build makes of `pkg-template/js/entry/module-rust.js`. None of them throws.

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/js/tracebeam.js")]
extern "C" {
    pub fn init(config: &JsValue);

    pub fn warnings() -> Array;

    #[wasm_bindgen(js_name = setUser)]
    pub fn set_user(user: &JsValue);

    #[wasm_bindgen(js_name = setView)]
    pub fn set_view(name: &str);

    #[wasm_bindgen(js_name = sendEvent)]
    pub fn send_event(event: &JsValue);

    #[wasm_bindgen(js_name = getTraceContext)]
    pub fn get_trace_context(url: &str) -> JsValue;

    /// `done` is called once everything that waits has been handed to the browser.
    pub fn flush(done: &JsValue);

    pub fn stop(options: &Object);

    #[cfg(feature = "tracing")]
    pub fn observe(listener: &JsValue);
}
