//! Sessions, users and views as the engine decides them: what goes on, what is new, and what is to be stored.

use tracebeam::engine::text::Out;

use super::host::{Call, Host};
use super::tape::Agent;

const NOW: f64 = 1_790_000_000_000.0;
const MINUTE: f64 = 60_000.0;
const CALL: Call<'_> = Call { href: "https://shop.example/x", answers: "", own: &[], obstacle: None };

/// What the engine would have stored, and until when that holds.
fn session(agent: &mut Agent, stored: &str, date: f64, active: bool) -> (String, f64) {
    let mut out = Out::new();
    let until = agent.handle_session(stored, date, active, &mut out);
    (out.as_str().to_owned(), until)
}

fn id(stored: &str) -> &str {
    stored.split('-').next().unwrap()
}

#[test]
fn a_session_goes_on_by_activity_and_ends_by_its_limits() {
    let config = "tracing = true\nsessionConfig = { maxDuration = 14400000, overtime = 600000 }";
    let agent = &mut Host::new(config).agent;
    let (first, until) = session(agent, "", NOW, true);
    assert_eq!(first, format!("{}-1-{NOW}-{NOW}", id(&first)));
    assert_eq!(until, NOW + 10.0 * MINUTE);

    let (looked, until) = session(agent, &first, NOW + MINUTE, false);
    assert_eq!((looked.as_str(), until), ("", NOW + 10.0 * MINUTE), "N5: to look at it does not lengthen it");
    let (second, until) = session(agent, &first, NOW + MINUTE, true);
    assert_eq!(second, format!("{}-1-{NOW}-{}", id(&first), NOW + MINUTE), "activity is written down");
    assert_eq!(until, NOW + 11.0 * MINUTE);

    let (silent, _) = session(agent, &second, NOW + 12.0 * MINUTE, false);
    assert!(
        id(&silent).len() == 32 && id(&silent) != id(&first),
        "overtime; what begins is stored though nobody is active"
    );
    let busy = format!("{}-1-{NOW}-{}", id(&first), NOW + 239.0 * MINUTE);
    assert_eq!(session(agent, &busy, NOW + 239.0 * MINUTE, true).1, NOW + 240.0 * MINUTE, "maxDuration, however busy");
    assert_ne!(id(&session(agent, &busy, NOW + 241.0 * MINUTE, true).0), id(&first));
}

#[test]
fn the_session_of_another_tab_counts_and_what_is_none_does_not() {
    let mut host = Host::new("tracing = true\nsessionConfig = { sampleRate = 0 }");
    let theirs = format!("0af7651916cd43dd8448eb211c80319c-1-{NOW}-{NOW}");
    session(&mut host.agent, &theirs, NOW, true);
    let sent = host.send(&CALL);
    assert!(sent.header("tracestate").ends_with("&0af7651916cd43dd8448eb211c80319c"), "{sent:?}");
    assert!(!sent.event.is_null(), "it was drawn when it began");
    let silent = theirs.replace("c-1-", "c-0-");
    assert!(session(&mut host.agent, &silent, NOW, true).0.contains("-0-"), "and is not drawn again");
    for none in ["", "x", "-1-1790000000000-1790000000000"] {
        assert_eq!(id(&session(&mut host.agent, none, NOW, true).0).len(), 32, "{none}");
    }
}

#[test]
fn a_session_that_is_not_recorded_tells_of_no_resource_either() {
    for (rate, count) in [(0, 0), (1, 1)] {
        let mut host = Host::new(&format!("tracing = true\nsessionConfig = {{ sampleRate = {rate} }}"));
        let numbers = ["10", "", "", "", "", "", "", "", "", "", "20", "30", "", "", "", "200"].join("\0");
        host.agent.handle_entry(&format!("{numbers}\0https://shop.example/a.js\0script\0\0\0\0\0"), false, 40.0);
        host.agent.flush();
        assert_eq!(host.bundles().len(), count, "{rate}");
    }
}

#[test]
fn a_user_stays_who_it_is() {
    let mut host = Host::new("tracing = true");
    let mut out = Out::new();
    host.agent.handle_user("uid_k3j4", &mut out);
    assert_eq!(out.as_str(), "", "nothing new to store");
    host.agent.handle_user("<b>", &mut out);
    let made = out.as_str().to_owned();
    assert!(made.starts_with("uid_") && made.len() == 20, "{made}");
    host.send(&CALL);
    assert_eq!(host.bundle["user"]["id"], made, "who is stored is who is told of");
}

#[test]
fn a_view_is_named_by_its_path_and_its_route() {
    let long = "n".repeat(1001);
    for (href, given, name, reason) in [
        ("https://shop.example/a/b?x=1", "", "/a/b", "the path"),
        ("https://shop.example/a;v=1/b", "", "/a", "matrix parameters may be secrets"),
        ("https://shop.example/a#/cart/7?x=1", "", "/a#/cart/7", "a route behind the hash"),
        ("https://shop.example/a#!/cart&t=1", "", "/a#!/cart", "the older kind"),
        ("https://shop.example/a#access_token=1", "", "/a", "any other fragment may be a token"),
        ("https://shop.example/a", "checkout", "checkout", "the application's name for it"),
        ("https://shop.example/a", long.as_str(), "/a", "if it is a name"),
    ] {
        let mut host = Host::new("tracing = true");
        host.agent.handle_view(href, given);
        let sent = host.send(&CALL);
        assert_eq!(host.bundle["view"]["name"], name, "{reason}");
        assert!(sent.event.get("view").is_none(), "an event that opens its batch lets the batch say it");
    }
}

#[test]
fn a_view_of_the_same_name_is_the_same_view() {
    let mut host = Host::new("tracing = true");
    let mut view = |href: &str| {
        host.agent.handle_view(href, "");
        host.send(&CALL);
        host.bundle["view"]["id"].as_str().unwrap().to_owned()
    };
    let first = view("https://shop.example/a");
    assert_eq!(view("https://shop.example/a?page=2"), first);
    assert_ne!(view("https://shop.example/b"), first);
}
