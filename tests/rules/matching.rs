//! String rules against URLs (pitfalls U1 to U16).

use super::host::{Call, Host, href, rows, text};

#[test]
fn rows_of_the_table() {
    for row in rows("matching.toml") {
        let reason = text(&row, "reason");
        let mut host =
            Host::new(&format!("tracing = {{ allowedUrls = ['{}'], propagatorTypes = 'b3' }}", text(&row, "with")));
        assert_eq!(host.warnings(), Vec::<String>::new(), "{reason}");
        let sent = host.send(&Call { href: &href(text(&row, "url")), ..Call::default() });
        assert_eq!(!sent.headers.is_empty(), row["match"].as_bool().unwrap(), "{reason}: {}", sent.hint());
    }
}

#[test]
fn the_first_entry_that_matches_decides_and_only_its_protocols_are_used() {
    let config = "tracing = { propagatorTypes = 'jaeger', allowedUrls = [
        { match = 'https://a.example/x', propagatorTypes = 'b3' },
        { match = { function = 0 }, propagatorTypes = 'b3multi' },
        'https://a.example',
    ] }";
    for (url, answers, expected) in [
        ("https://a.example/x/y", "1", "b3"),
        ("https://a.example/z", "1", "X-B3-TraceId"),
        ("https://a.example/z", "0", "uber-trace-id"),
        ("https://a.example/z", "e", "uber-trace-id"),
    ] {
        let sent = Host::new(config).send(&Call { href: url, answers, ..Call::default() });
        assert_eq!(sent.headers[0].0, expected, "{url} {answers}");
    }
}

#[test]
fn same_origin_stays_traced_beside_entries_of_other_origins() {
    let mut host = Host::new("tracing = { allowedUrls = ['https://a.example'] }");
    assert_eq!(host.send(&Call { href: "https://shop.example/x", ..Call::default() }).hint(), "set");
}

#[test]
fn a_page_without_an_origin_is_at_home_nowhere() {
    use tracebeam::engine::url::split;
    for page in ["about:blank", "data:text/html,x", "file:///x", "opaque://shop.example/", ""] {
        assert_eq!(split(page).origin, "", "{page}");
    }
}
