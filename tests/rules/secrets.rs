//! What is taken out of URLs (tests/testdata/secrets.toml, which the gateway runs, too).

use tracebeam::engine::text::Out;
use tracebeam::engine::url;

use super::host::{rows, text};

#[test]
fn urls_lose_their_secrets() {
    for row in rows("secrets.toml") {
        for given in [text(&row, "given"), text(&row, "kept")] {
            let mut out = Out::default();
            url::report(&mut out, given);
            assert_eq!(out.as_str(), text(&row, "kept"), "{}", text(&row, "reason"));
        }
    }
}

#[test]
fn a_key_that_is_too_long_to_be_looked_at_is_redacted() {
    for (length, value) in [(198, "1"), (199, "REDACTED")] {
        let key = "k".repeat(length);
        let mut out = Out::default();
        url::report(&mut out, &format!("https://a/x?{key}=1"));
        assert_eq!(out.as_str(), format!("https://a/x?{key}={value}"));
    }
}
