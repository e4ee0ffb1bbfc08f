//! Which requests are traced, and which sessions recorded (pitfalls S1 to S8).

use super::decode::contexts;
use super::host::{Call, Host};

const CALL: Call<'_> = Call { href: "https://shop.example/x", answers: "", own: &[], obstacle: None };

#[test]
fn a_share_is_a_share() {
    let mut host = Host::new("tracing = { sample = 60 }");
    let sampled = (0..5000).filter(|_| contexts(&host.send(&CALL))[0].2).count();
    assert!((2850..3150).contains(&sampled), "{sampled} of 5000");
}

#[test]
fn an_unsampled_session_sends_no_header_and_no_event() {
    for (rate, expected) in [("0", false), ("1", true), ("0.000001", false), ("0.999999", true)] {
        let mut host = Host::new(&format!("tracing = true\nsessionConfig = {{ sampleRate = {rate} }}"));
        for _ in 0..3 {
            let sent = host.send(&CALL);
            assert_eq!((!sent.headers.is_empty(), !sent.event.is_null()), (expected, expected), "{rate}");
        }
    }
}

#[test]
fn a_session_that_is_kept_at_a_rate_is_kept_at_every_higher_one() {
    // One session id: the host's randomness is the same each time.
    let recorded: Vec<bool> = (0..=100)
        .map(|percent| {
            let rate = f64::from(percent) / 100.0;
            let mut host = Host::new(&format!("tracing = true\nsessionConfig = {{ sampleRate = {rate:?} }}"));
            !host.send(&CALL).event.is_null()
        })
        .collect();
    assert!(recorded.is_sorted() && !recorded[0] && recorded[100], "{recorded:?}");
}
