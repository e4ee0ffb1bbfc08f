//! What holds for anything at all: ids, and names in any alphabet.

use std::collections::HashSet;

use toml::{Table, Value};
use tracebeam::engine::ids::{Entropy, SpanId, TraceId};

use super::decode::{contexts, names};
use super::host::{Call, Host};

/// A generator that gives the same numbers in every run (an LCG of Knuth's, its upper half).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    /// Text of up to `max` characters from every part of Unicode, the awkward ones most of all.
    pub fn text(&mut self, max: usize) -> String {
        (0..self.below(max + 1))
            .map(|_| match self.below(6) {
                0 => ['\u{1}', '\t', '\r', '\n', ' ', '\u{7f}', '\u{fffd}', '\u{2028}'][self.below(8)],
                1 => [',', ';', '=', '&', '%', '"', '\\', '-', ':', '+', '/', '@'][self.below(12)],
                2 => ['é', 'ß', '商', '品', '한', '😀', '\u{10ffff}', '\u{301}'][self.below(8)],
                3 => char::from_u32(self.next() % 0x11_0000).filter(|found| *found != '\0').unwrap_or('x'),
                _ => (b'a' + self.below(26) as u8) as char,
            })
            .collect()
    }
}

#[test]
fn a_million_ids_are_never_zero_and_never_the_same() {
    const IDS: usize = 1_000_000;
    let mut entropy = Entropy::default();
    let mut random = Random(1);
    let mut traces: HashSet<TraceId> = HashSet::with_capacity(IDS);
    let mut spans: HashSet<SpanId> = HashSet::with_capacity(IDS);
    for at in 0..IDS {
        // As the host does: fresh bytes every twenty requests.
        if at % 20 == 0 {
            let bytes: Vec<u8> = (0..1024).map(|_| random.next() as u8).collect();
            entropy.feed(&bytes);
        }
        traces.insert(entropy.draw());
        spans.insert(entropy.draw());
    }
    assert_eq!((traces.len(), spans.len()), (IDS, IDS));
    assert!(!traces.contains(&[0; 16]) && !spans.contains(&[0; 8]));
}

#[test]
fn any_name_gives_printable_headers_that_read_back() {
    let mut random = Random(2);
    for _ in 0..500 {
        let mut config = Table::new();
        let (pid, version, app) = (format!("p{}", random.text(60)), random.text(60), random.text(60));
        for (key, value) in [("pid", &pid), ("version", &version)] {
            config.insert(key.into(), Value::String(value.clone()));
        }
        config.insert(
            "app".into(),
            "".parse::<Table>()
                .map(|mut app_table| {
                    app_table.insert("name".into(), Value::String(app.clone()));
                    Value::Table(app_table)
                })
                .unwrap(),
        );
        let types = [vec!["sw8"], vec!["tracecontext", "b3", "b3multi", "jaeger"]][random.below(2)].clone();
        let tracing = format!("propagatorTypes = {types:?}\nbaggage = true").parse::<Table>().unwrap();
        config.insert("tracing".into(), Value::Table(tracing));
        let sent = Host::of(config).send(&Call { href: "https://shop.example/x", ..Call::default() });
        assert_eq!(contexts(&sent).len(), types.len());
        let members = sent.header("baggage").split(',').map(|member| member.split_once('=').unwrap());
        let read = members.filter(|(key, _)| *key == "pid").map(|(_, value)| {
            assert!(!value.contains(['+', ' ', ';', '"', '\\', ',']), "{value}");
            percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned()
        });
        assert_eq!(read.collect::<Vec<_>>(), std::slice::from_ref(&pid));
        if types.len() == 1 {
            let expect = |text: &str, other: &str| {
                text.chars().take(50).collect::<String>().to_owned() + if text.is_empty() { other } else { "" }
            };
            let found = names(sent.header("sw8"));
            assert_eq!(
                (&found[0], &found[1]),
                (&expect(&app, &pid.chars().take(50).collect::<String>()), &expect(&version, "unknown"))
            );
        } else if sent.hint() == "set" {
            let (member, _) =
                sent.header("tracestate").strip_prefix("rum=v2&browser&").unwrap().rsplit_once('&').unwrap();
            assert_eq!(percent_encoding::percent_decode_str(member).decode_utf8().unwrap(), pid);
            assert!(sent.header("tracestate").len() <= 260 && !member.contains([',', '=', ' ']));
        }
    }
}

#[test]
fn any_own_headers_are_survived() {
    let mut random = Random(3);
    let all = ["traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "uber-trace-id", "sw8"];
    let mut host = Host::new("tracing = { propagatorTypes = ['tracecontext', 'b3'], baggage = true }");
    for _ in 0..1000 {
        let own: Vec<(&str, String)> = (0..random.below(4))
            .map(|_| (all[random.below(all.len())], random.text(80).replace(['\r', '\n'], "")))
            .collect();
        let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = host.send(&Call { href: "https://shop.example/x", own: &own, ..Call::default() });
        assert!(!sent.hint().is_empty());
        assert!(sent.header("tracestate").split(',').count() <= 32);
    }
}
