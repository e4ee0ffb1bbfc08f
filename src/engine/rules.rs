//! Which URLs a rule matches: the entries of `tracing.allowedUrls`, where the first that matches decides, and the filters.

use super::propagation::Propagators;

/// What one rule matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlRule {
    /// Same scheme, host and port, then a path prefix that ends at a segment boundary.
    /// Normalised, without query, fragment and trailing slash.
    Prefix(String),
    /// A RegExp or predicate, which only the host can run; its answer arrives under this index.
    Host(u32),
}

/// One entry of `tracing.allowedUrls`, and the protocols of the requests that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedUrl {
    /// What it matches.
    pub rule: UrlRule,
    /// Which headers these requests carry.
    pub propagators: Propagators,
}

/// Why a URL matched, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// An entry matched: these are its protocols.
    Match(Propagators),
    /// No entry matched.
    NoMatch,
    /// No entry matched, and a RegExp or predicate threw on the way.
    PredicateError,
}

/// The host's answer for one RegExp or predicate.
const YES: u8 = b'1';
/// It threw.
const THREW: u8 = b'e';

/// The first entry that matches `href`. `answers` holds one byte per host value, in order of its index.
pub fn decide(entries: &[AllowedUrl], href: &str, answers: &[u8]) -> Decision {
    let mut decision = Decision::NoMatch;
    for entry in entries {
        match ask(&entry.rule, href, answers) {
            YES => return Decision::Match(entry.propagators),
            THREW => decision = Decision::PredicateError,
            _ => {}
        }
    }
    decision
}

/// Whether any of `rules` matches.
pub fn any(rules: &[UrlRule], href: &str, answers: &[u8]) -> bool {
    rules.iter().any(|rule| ask(rule, href, answers) == YES)
}

#[inline(never)]
fn ask(rule: &UrlRule, href: &str, answers: &[u8]) -> u8 {
    match rule {
        UrlRule::Prefix(prefix) => b'0' + u8::from(covers(href, prefix)),
        UrlRule::Host(index) => answers.get(*index as usize).copied().unwrap_or(b'0'),
    }
}

/// Whether `href`, which has no fragment, lies at or below `prefix`. `https://a/api` covers `https://a/api` and
/// `https://a/api/x`, and not `https://a/apix`. `https://a` covers neither `https://a.evil` nor `https://a@evil`, because
/// an origin ends where its path begins.
#[inline(never)]
fn covers(href: &str, prefix: &str) -> bool {
    href.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'/' | b'?', ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: UrlRule, href: &str, answers: &[u8]) -> Decision {
        let entries = [AllowedUrl { rule, propagators: Propagators::TRACECONTEXT }];
        decide(&entries, href, answers)
    }

    #[test]
    fn host_rules_take_the_hosts_answer() {
        for (answers, expected) in [
            (&b"1"[..], Decision::Match(Propagators::TRACECONTEXT)),
            (b"0", Decision::NoMatch),
            (b"e", Decision::PredicateError),
            (b"", Decision::NoMatch),
        ] {
            assert_eq!(check(UrlRule::Host(0), "https://a.example/", answers), expected);
        }
    }

    #[test]
    fn the_first_entry_that_matches_decides_even_after_one_that_threw() {
        let entry = |index, propagators| AllowedUrl { rule: UrlRule::Host(index), propagators };
        let entries = [entry(0, Propagators::B3), entry(1, Propagators::JAEGER), entry(2, Propagators::SW8)];
        let url = "https://a.example/";
        assert_eq!(decide(&entries, url, b"e11"), Decision::Match(Propagators::JAEGER));
        assert_eq!(decide(&entries, url, b"111"), Decision::Match(Propagators::B3));
        assert_eq!(decide(&entries, url, b"0e0"), Decision::PredicateError);
    }
}
