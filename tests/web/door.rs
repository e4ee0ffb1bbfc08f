//! Text and numbers through the exports, the way `pkg-template/js/core/memory.js` does it.

use js_sys::{Uint8Array, WebAssembly};
use tracebeam::door::{ACTION_BITS, Action, Failure, Signal, Start, Word};
use tracebeam::host::exports;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

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
        match Action::from(action & ((1 << ACTION_BITS) - 1)).unwrap() {
            Action::None => return sent,
            Action::Store => open.push_str(&text),
            Action::Send => {
                sent.push(std::mem::take(&mut open) + &text);
                exports::sent(action >> ACTION_BITS, 200, 0.0, 0, now);
            }
            Action::SendHidden | Action::SendExit => panic!("an action that this test did not cause: {action} {text}"),
            Action::Forget | Action::Adopt | Action::Arm | Action::Warn | Action::Debug => {}
        }
    }
}

/// Lets every event that waits leave, as an application's flush does.
fn flush(now: f64) {
    exports::note(0, Word::Tick as u32, 0, f64::INFINITY);
    exports::signal(Signal::Flush as u32, now);
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
    exports::end(write("Tout va bien ✓"), 1, 200, Failure::None as u32, 9.0);
    flush(10.0);
    let [body] = &drain(10.0)[..] else { panic!("one batch") };
    let bundle = js_sys::JSON::parse(body).unwrap();
    let events = js_sys::Reflect::get(&bundle, &"events".into()).unwrap();
    assert_eq!(js_sys::Array::from(&events).length(), 1);
    assert!(body.contains("Tout va bien ✓"));
}

#[wasm_bindgen_test]
fn calls_before_the_configuration_and_for_unknown_requests_do_nothing() {
    configure();
    exports::end(0, 4711, 200, Failure::None as u32, 1.0);
    exports::note(0, Word::Revoked as u32, 4711, 0.0);
    exports::sent(4711, 500, 0.0, 0, 1.0);
    flush(1.0);
    assert_eq!(drain(1.0), [""; 0]);
}

#[wasm_bindgen_test]
fn text_that_is_longer_than_the_buffer_was_makes_it_grow() {
    configure();
    let long = ["https://shop.example/", &"x".repeat(20_000)].concat();
    assert!(start(2, &long).starts_with("traceparent"));
    exports::end(0, 2, 200, Failure::None as u32, 1.0);
    flush(1.0);
    assert!(drain(1.0).concat().contains(&long));
}

/// The one bundle that leaves now, and its session's id.
fn bundle(now: f64) -> (String, String) {
    flush(now);
    let [body] = &drain(now)[..] else { panic!("one batch") };
    let session = js_sys::Reflect::get(&js_sys::JSON::parse(body).unwrap(), &"session".into()).unwrap();
    let id = js_sys::Reflect::get(&session, &"id".into()).unwrap().as_string().unwrap();
    (body.clone(), id)
}

#[wasm_bindgen_test]
fn numbers_without_a_name_do_nothing() {
    configure();
    start(3, "https://shop.example/first");
    exports::end(0, 3, 200, Failure::None as u32, 9.0);
    let (_, session) = bundle(10.0);

    // The end of an XMLHttpRequest is known without the browser's entry.
    exports::start(write("https://shop.example/second\0\0\0"), 4, Start::Xhr as u32, 11.0, 1_790_000_000_011.0);
    let headers = exports::output_len();
    // The last of them is a word of mini-programs only.
    for word in [0, 63, 80, 1 << 16, u32::MAX, Word::Network as u32] {
        assert_eq!(exports::note(write("foreign text"), word, 4, 1_790_000_000_011.0), 0.0, "word {word}");
        assert_eq!(exports::output_len(), headers, "word {word}");
    }
    for signal in [8, 100, u32::MAX] {
        exports::signal(signal, 12.0);
    }
    for failure in [5, 100, u32::MAX] {
        exports::end(write("no such failure"), 4, 200, failure, 13.0);
    }
    flush(14.0);
    assert_eq!(drain(14.0), [""; 0], "the request has not ended");

    exports::end(0, 4, 200, Failure::None as u32, 15.0);
    let (body, same) = bundle(16.0);
    assert_eq!(same, session, "no session began");
    assert!(body.contains("/second") && !body.contains("no such failure"), "{body}");
    assert!(!body.contains("incomplete"), "the page was not frozen: {body}");
}

#[wasm_bindgen_test]
fn what_the_application_judged_is_in_the_event() {
    configure();
    start(5, "https://shop.example/judged");
    exports::note(0, Word::Held as u32, 5, 0.0);
    exports::end(0, 5, 200, Failure::None as u32, 9.0);
    exports::note(write("\0\0\0\0\0Pay\0\x000\0\0\0"), Word::Revised as u32, 5, 9.0);
    let (body, _) = bundle(10.0);
    assert!(
        body.contains("\"name\":\"Pay\"") && body.contains("\"success\":0") && !body.contains("\"success\":1"),
        "{body}"
    );
}
