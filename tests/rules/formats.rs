//! Headers on the wire (pitfalls P1 to P29).

use tracebeam::engine::propagation::{
    Carrier, Propagators, SpanContext, b3, baggage, jaeger, sw8, tracecontext, tracestate,
};

use super::decode::{base64, contexts, names};
use super::host::{Call, Host, rows, text};

const CONTEXT: SpanContext = SpanContext {
    trace: [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c],
    span: [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31],
    sampled: true,
};

fn header(write: impl Fn(&mut Carrier, &SpanContext), sampled: bool) -> String {
    let mut carrier = Carrier::default();
    write(&mut carrier, &SpanContext { sampled, ..CONTEXT });
    carrier.text().replace('\0', ": ")
}

#[test]
fn each_format_to_the_letter_and_its_flag() {
    for (write, sampled, not) in [
        (
            tracecontext::inject as fn(&mut Carrier, &SpanContext),
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        ),
        (
            b3::inject_single,
            "b3: 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "b3: 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        ),
        (
            b3::inject_multi,
            "X-B3-TraceId: 0af7651916cd43dd8448eb211c80319c: X-B3-SpanId: b7ad6b7169203331: X-B3-Sampled: 1",
            "X-B3-TraceId: 0af7651916cd43dd8448eb211c80319c: X-B3-SpanId: b7ad6b7169203331: X-B3-Sampled: 0",
        ),
        (
            jaeger::inject,
            "uber-trace-id: 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1",
            "uber-trace-id: 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:0",
        ),
    ] {
        assert_eq!((header(write, true), header(write, false)), (sampled.to_owned(), not.to_owned()));
    }
}

/// A row's header as an application sets it, for both cores (tests/tape).
fn on_tape(config: &str, name: &str, value: &str) {
    let mut host = Host::new(config);
    host.send(&Call { href: "https://shop.example/x", own: &[(name, value)], ..Call::default() });
}

#[test]
fn foreign_traceparents() {
    for row in rows("traceparent.toml") {
        on_tape("tracing = true", "traceparent", text(&row, "value"));
        let read = tracecontext::parse(text(&row, "value"));
        assert_eq!(
            read.map(|context| context.sampled),
            row.get("sampled").and_then(toml::Value::as_bool),
            "{}",
            text(&row, "reason")
        );
        if let Some(context) = read {
            assert_eq!(context, SpanContext { sampled: context.sampled, ..CONTEXT }, "{}", text(&row, "reason"));
        }
    }
}

#[test]
fn tracestate_beside_the_applications_own() {
    for row in rows("tracestate.toml") {
        let own = text(&row, "own").replace("{x120}", &"x".repeat(120)).replace("{x200}", &"x".repeat(200));
        on_tape("tracing = true", "tracestate", &own);
        let mut carrier = Carrier::default();
        let fits = tracestate::inject(&mut carrier, &own, "browser", text(&row, "pid"), "5e55");
        let value = carrier
            .headers()
            .next()
            .map_or("", |(_, value)| value)
            .replace(&"x".repeat(200), "{x200}")
            .replace(&"x".repeat(120), "{x120}");
        assert_eq!(value, text(&row, "value"), "{}", text(&row, "reason"));
        assert_eq!(fits, !value.is_empty(), "{}", text(&row, "reason"));
    }
}

#[test]
fn tracestate_stays_below_its_bounds_by_whole_members() {
    let many: Vec<String> = (0..40).map(|n| format!("k{n}=v")).collect();
    let mut carrier = Carrier::default();
    assert!(tracestate::inject(&mut carrier, &many.join(","), "browser", "shop", "5e55"));
    let members: Vec<&str> = carrier.headers().next().unwrap().1.split(',').collect();
    assert_eq!((members.len(), members[0], members[31]), (32, "rum=v2&browser&shop&5e55", "k30=v"));
}

#[test]
fn baggage_beside_the_applications_own() {
    for row in rows("baggage.toml") {
        on_tape("tracing = { baggage = true }", "baggage", text(&row, "own"));
        let mut carrier = Carrier::default();
        let ours = [("rum", "v2"), ("pid", text(&row, "pid"))];
        baggage::inject(&mut carrier, text(&row, "own"), &ours);
        assert_eq!(
            carrier.headers().next().map_or("", |(_, value)| value),
            text(&row, "value"),
            "{}",
            text(&row, "reason")
        );
    }
}

#[test]
fn baggage_that_would_become_too_long_is_left_alone() {
    let mut carrier = Carrier::default();
    assert!(!baggage::inject(&mut carrier, &format!("a={}", "x".repeat(8185)), &[("rum", "v2")]));
    let many: Vec<String> = (0..64).map(|n| format!("k{n}=v")).collect();
    assert!(!baggage::inject(&mut carrier, &many.join(","), &[("rum", "v2")]));
    assert!(baggage::inject(&mut carrier, &many[..63].join(","), &[("rum", "v2")]));
    assert_eq!(carrier.headers().count(), 1);
}

#[test]
fn sw8_to_the_letter() {
    let names = sw8::Names { service: "shop", instance: "1.0", endpoint: "/cart", peer: "api.example:8080" };
    assert_eq!(
        header(|carrier, context| sw8::inject(carrier, context, &names), true),
        "sw8: 1-MGFmNzY1MTkxNmNkNDNkZDg0NDhlYjIxMWM4MDMxOWM=-YjdhZDZiNzE2OTIwMzMzMQ==-0-c2hvcA==-MS4w-L2NhcnQ=-YXBpLmV4YW1wbGU6ODA4MA=="
    );
}

#[test]
fn sw8_names_are_whole_characters_never_empty_and_never_too_long() {
    for (service, endpoint) in [("", ""), ("商城", "/商品/详情"), ("a\u{1}-b", "\r\n"), ("😀", "x")] {
        let (long_service, long_endpoint) = (service.repeat(60), endpoint.repeat(200));
        for (service, endpoint) in [(service, endpoint), (&long_service, &long_endpoint)] {
            let given = sw8::Names { service, instance: "", endpoint, peer: "" };
            let value = header(|carrier, context| sw8::inject(carrier, context, &given), true);
            let value = value.strip_prefix("sw8: 1-").unwrap();
            assert!(value.len() < 2000 && value.matches('-').count() == 6, "{value}");
            let read = names(&format!("0-{value}"));
            let expect = |text: &str, max| {
                if text.is_empty() { "unknown".to_owned() } else { text.chars().take(max).collect::<String>() }
            };
            assert_eq!(read, [expect(service, 50), "unknown".into(), expect(endpoint, 149), "unknown".into()]);
        }
    }
}

#[test]
fn sw8_speaks_of_the_application_its_view_and_the_host() {
    let mut host =
        Host::new("pid = 'p1'\nversion = '2.0'\napp = { name = '商城' }\ntracing = { propagatorTypes = 'sw8' }");
    let sent = host.send(&Call { href: "https://shop.example/x", ..Call::default() });
    assert_eq!(names(sent.header("sw8")), ["商城", "2.0", "/app/cart", "shop.example"]);
    let sent = Host::new("tracing = { propagatorTypes = 'sw8' }")
        .send(&Call { href: "https://shop.example/x", ..Call::default() });
    assert_eq!(names(sent.header("sw8")), ["shop", "unknown", "/app/cart", "shop.example"]);
    assert_eq!(base64(sent.header("sw8").split('-').nth(1).unwrap()), sent.event["trace_id"].as_str().unwrap());
}

#[test]
fn all_headers_of_one_request_and_its_event_carry_the_same_ids() {
    for bits in 1..16u32 {
        let all = ["tracecontext", "b3", "b3multi", "jaeger"];
        let types: Vec<&str> =
            all.into_iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, name)| name).collect();
        for sample in [0, 100] {
            let mut host =
                Host::new(&format!("tracing = {{ propagatorTypes = {types:?}, baggage = true, sample = {sample} }}"));
            let sent = host.send(&Call { href: "https://shop.example/x", ..Call::default() });
            let found = contexts(&sent);
            assert_eq!(found.len(), types.len());
            assert!(found.iter().all(|context| *context == found[0] && context.2 == (sample == 100)), "{found:?}");
            let data: serde_json::Value = serde_json::from_str(sent.event["trace_data"].as_str().unwrap()).unwrap();
            assert_eq!(
                (sent.event["trace_id"].as_str().unwrap(), data["spanId"].as_str().unwrap()),
                (&*found[0].0, &*found[0].1)
            );
            assert_eq!(
                (data["sampled"].as_bool(), data["sample"].as_f64()),
                (Some(sample == 100), Some(f64::from(sample)))
            );
            assert!(sent.header("baggage").starts_with("rum=v2,appType=browser,pid=shop,sid="), "{:?}", sent.headers);
            assert_eq!(!sent.header("tracestate").is_empty(), types.contains(&"tracecontext"), "never alone");
        }
    }
}

#[test]
fn protocols_by_name_and_sw8_alone() {
    assert_eq!(Propagators::named("w3c"), Propagators::NONE);
    assert_eq!(Propagators::named("sw8").with(Propagators::B3).settled(), Propagators::SW8);
    assert_eq!(Propagators::named("b3").with(Propagators::B3MULTI), Propagators::ANY_B3);
}
