//! What the application says of a request, in its event (`evaluateApi`; src/engine/event.rs, `Said`).

use serde_json::{Value, json};
use tracebeam::engine::event::{Outcome, Revision};

use super::host::{Call, Host};

/// Parts of a revision after the first five: name, message, success, `status_code`, duration, properties.
type Parts = [&'static str; 6];

#[test]
fn what_the_application_says_takes_the_place_of_what_was_seen() {
    // status and failure as seen; what was said; fields of the event
    let rows: [(u32, Option<Outcome>, Parts, Value, &str); 10] = [
        (
            200,
            None,
            [""; 6],
            json!({"name": "/x", "message": "seen", "success": 1, "status_code": 200, "duration": 1, "outcome": "ok"}),
            "nothing",
        ),
        (
            200,
            None,
            ["pay", "no stock", "0", "\"E7\"", "2.5", "\"a\"\x01\"x\"\x01\"b\"\x011.5"],
            json!({
                "name": "pay", "message": "no stock", "own_message": true, "success": 0, "status_code": "E7",
                "duration": 2.5, "properties": {"a": "x", "b": 1.5}, "outcome": "ok",
            }),
            "everything; the outcome is what was seen",
        ),
        (200, None, ["", "", "", "503", "", ""], json!({"status_code": 503, "success": 0}), "a status decides"),
        (200, None, ["", "", "1", "503", "", ""], json!({"status_code": 503, "success": 1}), "unless success is given"),
        (
            200,
            None,
            ["", "", "", "\"404\"", "", ""],
            json!({"status_code": "404", "success": 0}),
            "a status in a string",
        ),
        (404, None, ["", "", "-1", "", "", ""], json!({"status_code": 404, "success": -1}), "nobody knows"),
        (404, None, ["", "", "", "\"E7\"", "", ""], json!({"status_code": "E7", "success": 0}), "no status at all"),
        (
            0,
            Some(Outcome::NetworkError),
            ["", "", "", "200", "", ""],
            json!({"status_code": 200, "success": 1, "reached_server": "unknown"}),
            "no answer came, whatever was said",
        ),
        (200, None, ["", "", "", "", "0", ""], json!({"duration": 0}), "no time at all"),
        (
            200,
            None,
            ["", "at https://u:p@a/?token=1", "", "", "", ""],
            json!({"message": "at https://REDACTED:REDACTED@a/?token=REDACTED", "own_message": true}),
            "secrets in the message",
        ),
    ];
    for (status, failure, said, expected, reason) in rows {
        let mut host = Host::new("tracing = true");
        let call = Call { href: "https://shop.example/x", ..Call::default() };
        let event = host.judged(&call, status, failure, Revision(format!("\0\0\0\0\0{}", said.join("\0")))).event;
        for (key, value) in expected.as_object().unwrap() {
            let same = match (value.as_f64(), event[key].as_f64()) {
                (Some(expected), Some(found)) => expected == found,
                _ => event[key] == *value,
            };
            assert!(same, "{reason}: {key} is {}", event[key]);
        }
        for key in ["own_message", "properties", "reached_server"] {
            assert_eq!(event.get(key).is_some(), expected.get(key).is_some(), "{reason}: {key}");
        }
    }
}
