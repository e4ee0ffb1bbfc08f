//! Every protocol knows the application's own headers of its kind, and the host hands over exactly these.

use std::collections::BTreeSet;

use tracebeam::engine::propagation::{Propagators, own};

use super::decode::contexts;
use super::docs::read;
use super::host::{Call, Host};

const URL: &str = "https://shop.example/x";

/// All headers that the engine looks for.
fn known() -> BTreeSet<&'static str> {
    own::HEADERS.iter().flat_map(|(headers, _)| headers.split(' ')).chain(own::OTHERS).collect()
}

#[test]
fn the_host_hands_over_the_headers_that_the_engine_looks_for() {
    let path = "pkg-template/js/core/headers.js";
    let script = read(path);
    let at = script.find("'traceparent ").unwrap_or_else(|| panic!("{path}: no list that begins with traceparent"));
    let names: BTreeSet<&str> = script[at + 1..].split('\'').next().unwrap().split(' ').collect();
    let missing: Vec<_> = known().difference(&names).copied().collect();
    let unknown: Vec<_> = names.difference(&known()).copied().collect();
    assert!(missing.is_empty(), "{path} lacks {missing:?} of src/engine/propagation/own.rs");
    assert!(unknown.is_empty(), "src/engine/propagation/own.rs lacks {unknown:?} of {path}");
}

#[test]
fn a_protocol_leaves_the_application_its_own_headers() {
    for protocol in Propagators::NAMES {
        let config = format!("tracing = {{ propagatorTypes = '{protocol}' }}");
        let sent = Host::new(&config).send(&Call { href: URL, ..Call::default() });
        assert!(!contexts(&sent).is_empty(), "{protocol} writes no header (src/engine/agent/start.rs)");
        for (name, _) in &sent.headers {
            let name = name.to_ascii_lowercase();
            assert!(known().contains(name.as_str()), "src/engine/propagation/own.rs lacks {name} of {protocol}");
            if own::OTHERS.contains(&name.as_str()) {
                continue;
            }
            let own = [(name.as_str(), "the application's own")];
            let sent = Host::new(&config).send(&Call { href: URL, own: &own, ..Call::default() });
            assert_eq!((sent.headers.len(), sent.hint()), (0, "header_conflict"), "{name} of {protocol}");
        }
    }
}

#[test]
fn every_protocol_is_described() {
    for protocol in Propagators::NAMES {
        for (path, quoted) in [
            ("docs/options.md", format!("`{protocol}`")),
            ("docs/cors.md", format!("| `{protocol}`")),
            ("pkg-template/index.d.ts", format!("'{protocol}'")),
            ("src/engine/config/fields.rs", protocol.to_owned()),
        ] {
            assert!(read(path).contains(&quoted), "{path} lacks {quoted}");
        }
    }
}
