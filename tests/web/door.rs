//! Text and numbers through the exports, the way `pkg-template/js/core/memory.js` does it.

use js_sys::{Uint8Array, WebAssembly};
use tracebeam::host::exports;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

const ACTION_SEND: u32 = 1;
const ACTION_ARM: u32 = 3;
const CODE: u32 = 7;

/// Linear memory, looked at from outside. Fetched anew each time: growing detaches the old view.
fn memory() -> Uint8Array {
    Uint8Array::new(&wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>().buffer())
}

pub fn write(text: &str) -> u32 {
    let len = text.len() as u32;
    let at = exports::input(len);
    memory().subarray(at, at + len).copy_from(text.as_bytes());
    len
}

pub fn read(len: u32) -> String {
    let at = exports::output();
    String::from_utf8(memory().subarray(at, at + len).to_vec()).unwrap()
}

/// A configured agent; the module keeps one, so every test configures its own in its place.
pub fn configure() {
    exports::input(32);
    exports::entropy(32);
    let text =
        "https://shop.example/cart\x004g\0{3\0kpid\0\"shop\0\0kendpoint\0\"/rum\0https://shop.example/rum\0ktracing\0t";
    assert_eq!(read(exports::configure(write(text), 1_790_000_000_000.0)), "https://shop.example/rum\x001");
    assert_eq!(exports::poll(), 0, "nothing to warn about");
}

pub fn start(id: u32, href: &str) -> String {
    let text = [href, "\0\0\0"].concat();
    read(exports::start(write(&text), id, 0, 5.0, 1_790_000_000_005.0))
}

#[wasm_bindgen_test]
fn a_request_goes_in_as_text_and_comes_out_as_a_bundle() {
    configure();
    let headers = start(1, "https://shop.example/api?q=1");
    assert!(headers.starts_with("traceparent\x0000-"), "{headers}");
    exports::end(write("Tout va bien ✓"), 1, 200, 0, 9.0);
    let action = exports::poll();
    assert_eq!((action & CODE, action >> 3), (ACTION_ARM, 3000));
    assert_eq!(exports::poll(), 0);
    exports::timer();
    assert_eq!(exports::poll(), ACTION_SEND);
    let body = read(exports::output_len());
    let bundle = js_sys::JSON::parse(&body).unwrap();
    let events = js_sys::Reflect::get(&bundle, &"events".into()).unwrap();
    assert_eq!(js_sys::Array::from(&events).length(), 1);
    assert!(body.contains("Tout va bien ✓"));
}

#[wasm_bindgen_test]
fn calls_before_the_configuration_and_for_unknown_requests_do_nothing() {
    configure();
    exports::end(0, 4711, 200, 0, 1.0);
    assert_eq!(exports::poll(), 0);
}

#[wasm_bindgen_test]
fn text_that_is_longer_than_the_buffer_was_makes_it_grow() {
    configure();
    let long = ["https://shop.example/", &"x".repeat(300_000)].concat();
    assert!(start(2, &long).starts_with("traceparent"));
    exports::end(0, 2, 200, 0, 1.0);
    while exports::poll() != 0 {}
    exports::flush(false);
    assert_eq!(exports::poll(), ACTION_SEND);
    assert!(read(exports::output_len()).contains(&long));
}
