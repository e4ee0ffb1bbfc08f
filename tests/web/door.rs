//! Text and numbers through the exports, the way `pkg-template/js/core/memory.js` does it.

use js_sys::{Uint8Array, WebAssembly};
use tracebeam::host::exports;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

const STORE: u32 = 1;
const SEND: u32 = 2;
const ADOPT: u32 = 6;
const CODE_BITS: u32 = 4;
/// `signal`: the application asked for a flush.
const FLUSH: u32 = 1;

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
    let answer = read(exports::configure(write(text), 1_790_000_000_000.0));
    assert!(answer.starts_with("https://shop.example/rum\x001\0"), "{answer}");
    drain(0.0);
}

/// Executes what the engine asks for, as the pump does; gives back the batches that it sent.
fn drain(now: f64) -> Vec<String> {
    let (mut open, mut sent) = (String::new(), Vec::new());
    loop {
        let action = exports::poll(now);
        let text = read(exports::output_len());
        match action & ((1 << CODE_BITS) - 1) {
            0 => return sent,
            STORE => open.push_str(&text),
            SEND => {
                sent.push(std::mem::take(&mut open) + &text);
                exports::sent(action >> CODE_BITS, 200, 0.0, 0, now);
            }
            code => assert!(code >= ADOPT || code == 5, "an action that this test did not cause: {code} {text}"),
        }
    }
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
    exports::note(0, 69, 0, f64::INFINITY);
    exports::signal(FLUSH, 10.0);
    let [body] = &drain(10.0)[..] else { panic!("one batch") };
    let bundle = js_sys::JSON::parse(body).unwrap();
    let events = js_sys::Reflect::get(&bundle, &"events".into()).unwrap();
    assert_eq!(js_sys::Array::from(&events).length(), 1);
    assert!(body.contains("Tout va bien ✓"));
}

#[wasm_bindgen_test]
fn calls_before_the_configuration_and_for_unknown_requests_do_nothing() {
    configure();
    exports::end(0, 4711, 200, 0, 1.0);
    exports::note(0, 74, 4711, 0.0);
    exports::sent(4711, 500, 0.0, 0, 1.0);
    exports::note(0, 69, 0, f64::INFINITY);
    exports::signal(FLUSH, 1.0);
    assert_eq!(drain(1.0), [""; 0]);
}

#[wasm_bindgen_test]
fn text_that_is_longer_than_the_buffer_was_makes_it_grow() {
    configure();
    let long = ["https://shop.example/", &"x".repeat(20_000)].concat();
    assert!(start(2, &long).starts_with("traceparent"));
    exports::end(0, 2, 200, 0, 1.0);
    exports::note(0, 69, 0, f64::INFINITY);
    exports::signal(FLUSH, 1.0);
    assert!(drain(1.0).concat().contains(&long));
}
