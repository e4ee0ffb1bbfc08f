//! Bounds and defaults, each written out: an expectation that is read from the code under test would follow its mistakes.

use tracebeam::engine::config::{Config, Exporter, RawValue, Storage, Unsampled};
use tracebeam::engine::propagation::{Carrier, Propagators, SpanContext, baggage, sw8, tracestate};
use tracebeam::engine::text::Out;

use super::decode::names;
use super::host::{Call, Host, tokens};
use super::tape::{Agent, read};

const TRACED: Call<'_> = Call { href: "https://shop.example/x", answers: "", own: &[], obstacle: None };

#[test]
fn defaults_are_those_of_the_documents() {
    let Config { env, version, tracing, service, ignored, report, session, remote, exporter, .. } = Config::default();
    assert_eq!((&*env, &*version, &*service, ignored.len()), ("prod", "", "", 0));
    assert_eq!((tracing.enable, tracing.sample, tracing.tracestate, tracing.baggage), (false, 100.0, true, false));
    assert_eq!((tracing.unsampled, tracing.propagators), (Unsampled::Flag, Propagators::TRACECONTEXT));
    assert!(tracing.allowed.is_empty() && tracing.narrowed.is_none());
    assert_eq!((report.flush_time, report.max_event_count, report.compress), (3000.0, 20.0, false));
    assert_eq!((session.sample_rate, session.max_duration, session.overtime), (1.0, 86_400_000.0, 1_800_000.0));
    assert_eq!((session.storage, exporter), (Storage::Auto, Exporter::Rum));
    assert_eq!((remote.enable, &*remote.url, remote.widen), (false, "", false));
}

#[test]
fn a_filter_that_throws_matches_nothing() {
    let mut host = Host::new("tracing = true\nfilters = { resource = [{ function = 0 }] }");
    for (answers, hint) in [("e", "set"), ("0", "set"), ("1", "")] {
        assert_eq!(host.send(&Call { answers, ..TRACED }).hint(), hint, "{answers}");
    }
}

#[test]
fn filters_are_at_most_two_hundred() {
    let mut stream = String::from("{1\0kfilters\0{1\0kresource\0[201");
    stream.push_str(&"\0\"/a\0https://a/a".repeat(201));
    let (config, issues) = read(RawValue(&stream));
    assert_eq!(config.ignored.len(), 200);
    assert!(issues.iter().any(|issue| issue.0 == "filters.resource"), "{issues:?}");
}

/// A page without an origin and a URL with credentials have an empty origin each. They are not the same origin.
#[test]
fn two_unknown_origins_are_not_one_origin() {
    for page in ["about:blank", "file:///index.html", "https://u:p@shop.example/"] {
        let stream = tokens(
            &"pid = 'p'\nendpoint = 'https://rum.example/'\ntracing = true".parse().map(toml::Value::Table).unwrap(),
        );
        let agent = Agent::new(read(RawValue(&stream)), b"any sixteen bytes will do here", page, 1_790_000_000_000.0);
        let mut host = Host::with(agent);
        let sent = host.send(&Call { href: "https://u:p@shop.example/x", ..TRACED });
        assert_eq!((sent.hint(), sent.headers.len()), ("cross_origin", 0), "{page}");
    }
}

#[test]
fn another_configuration_changes_neither_id_nor_endpoint_nor_exporter() {
    let mut host = Host::new("tracing = true\nendpoint = 'https://shop.example/first'");
    let other =
        "pid = 'other'\nendpoint = 'https://shop.example/second'\nexporter = 'otlp'\ntracing = true\nenv = 'gray'";
    let stream = tokens(&toml::Value::Table(other.parse().unwrap()));
    let (config, issues) = read(RawValue(&stream));
    host.agent.reconfigure((config, issues));
    assert_eq!(host.send(&Call { href: "https://shop.example/first", ..TRACED }).hint(), "excluded");
    assert_eq!(host.send(&Call { href: "https://shop.example/second", ..TRACED }).hint(), "set");
    assert_eq!((&host.bundle["app"]["id"], &host.bundle["app"]["env"]), (&"shop".into(), &"gray".into()));
}

#[test]
fn a_views_name_has_at_most_a_thousand_bytes() {
    for (length, taken) in [(1000, true), (1001, false)] {
        let mut host = Host::new("tracing = true");
        host.agent.handle_view("https://shop.example/view", &"n".repeat(length));
        host.send(&TRACED);
        assert_eq!(host.bundle["view"]["name"] != "/view", taken, "{length}");
    }
}

/// The value of the one header that `write` writes; empty where it writes none.
fn value(write: impl FnOnce(&mut Carrier)) -> String {
    let mut carrier = Carrier::default();
    write(&mut carrier);
    carrier.headers().next().map_or(String::new(), |(_, value)| value.to_owned())
}

#[test]
fn our_tracestate_member_has_at_most_256_characters() {
    // `v2&browser&`, the pid, `&`, and the session's four.
    for (pid, written) in [(240, true), (241, false)] {
        let found = value(|carrier| {
            assert_eq!(tracestate::inject(carrier, "", "browser", &"p".repeat(pid), "5e55"), written, "{pid}");
        });
        assert_eq!(found.len(), if written { 260 } else { 0 }, "{pid}");
    }
}

#[test]
fn tracestate_is_cut_to_512_characters_and_long_members_go_first() {
    let inject = |own: &str| value(|carrier| assert!(tracestate::inject(carrier, own, "browser", "shop", "5e55")));
    let member = |key: &str, length: usize| format!("{key}={}", "v".repeat(length - key.len() - 1));
    let ours = "rum=v2&browser&shop&5e55".len();
    // Four members of `fill` characters, with commas, and what is left.
    let own = |last: usize| [member("a", 100), member("b", 100), member("c", 100), member("d", last)].join(",");
    let exact = 512 - ours - 3 * 101 - 1;
    for (last, length) in [(exact, 512), (exact + 1, 512 - exact - 1)] {
        assert_eq!(inject(&own(last)).len(), length, "{last}");
    }
    // Too long by one: a member of 129 goes before others, one of 128 does not.
    for (length, gone) in [(129, "a"), (128, "e")] {
        let rest = 512 - ours - (length + 1) - 3 * 101;
        let own =
            [member("a", length), member("b", 100), member("c", 100), member("d", 100), member("e", rest)].join(",");
        let found = inject(&own);
        assert!(!found.contains(&format!(",{gone}=")) && found.len() < 512, "{length}: {found}");
    }
}

#[test]
fn baggage_has_at_most_8192_characters_and_64_members() {
    let inject = |own: &str| {
        value(|carrier| {
            baggage::inject(carrier, own, &[("rum", "v2")]);
        })
    };
    // The own member, a comma, `rum=v2`.
    for (length, written) in [(8192 - 7, true), (8192 - 6, false)] {
        assert_eq!(!inject(&format!("a={}", "x".repeat(length - 2))).is_empty(), written, "{length}");
    }
    for (members, written) in [(63, true), (64, false)] {
        let own: Vec<String> = (0..members).map(|n| format!("k{n}=v")).collect();
        assert_eq!(!inject(&own.join(",")).is_empty(), written, "{members}");
    }
}

#[test]
fn the_peer_in_sw8_has_at_most_200_characters() {
    let context = SpanContext { trace: [1; 16], span: [2; 8], sampled: true };
    for (length, kept) in [(200, 200), (201, 200)] {
        let peer = "h".repeat(length);
        let found = value(|carrier| {
            sw8::inject(carrier, &context, &sw8::Names { service: "s", instance: "i", endpoint: "e", peer: &peer });
        });
        assert_eq!(names(&found)[3].len(), kept, "{length}");
    }
}

#[test]
fn a_message_has_about_a_thousand_bytes() {
    let mut out = Out::default();
    tracebeam::engine::url::report_message(&mut out, &"word ".repeat(1000));
    assert_eq!(out.len(), 1000);
}
