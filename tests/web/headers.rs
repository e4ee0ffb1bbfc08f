//! What the agent writes, judged by the browser's own header code.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Headers;

use super::door::{configure, start};

#[wasm_bindgen_test]
fn the_browser_takes_every_header_unchanged() {
    configure();
    for id in 10..210 {
        let text = start(id, "https://shop.example/api");
        let texts: Vec<&str> = text.split('\0').collect();
        for pair in texts.chunks(2) {
            let headers = Headers::new().unwrap();
            headers.append(pair[0], pair[1]).expect("a valid header");
            assert_eq!(headers.get(pair[0]).unwrap().as_deref(), Some(pair[1]));
            assert!(pair[1].bytes().all(|byte| (0x20..0x7f).contains(&byte)), "printable ASCII: {}", pair[1]);
        }
    }
}
