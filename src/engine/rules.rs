//! Which URLs are traced: an ordered list of rules, the first that matches decides.

use super::propagation::Propagators;
use super::url::Url;

/// What one entry of `tracing.allowedUrls` matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlRule {
    /// Same scheme, host and port, then a path prefix that ends at a segment boundary.
    Prefix {
        /// As `URL.origin` writes it.
        origin: String,
        /// Begins with `/`.
        path: String,
    },
    /// A RegExp or predicate, which only the host can run; its answer arrives under this index.
    Host(u32),
}

/// One rule, and the protocols of the requests that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it matches.
    pub rule: UrlRule,
    /// Which headers these requests carry.
    pub propagators: Propagators,
}

/// Why a URL matched, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// An entry matched: these are its protocols.
    Match(Propagators),
    /// No entry matched.
    NoMatch,
    /// No entry matched, and a predicate threw on the way.
    PredicateError,
}

/// The host's answer for one RegExp or predicate.
const YES: u8 = b'1';
/// The predicate threw.
const THREW: u8 = b'e';

/// The first entry that matches `url`. `answers` holds one byte per [`UrlRule::Host`], in order of its index.
pub fn decide(entries: &[Entry], url: &Url<'_>, answers: &[u8]) -> Verdict {
    let mut threw = false;
    for entry in entries {
        let matched = match &entry.rule {
            UrlRule::Prefix { origin, path } => origin == url.origin && under(url.path, path),
            UrlRule::Host(index) => match answers.get(*index as usize) {
                Some(&YES) => true,
                Some(&THREW) => {
                    threw = true;
                    false
                }
                _ => false,
            },
        };
        if matched {
            return Verdict::Match(entry.propagators);
        }
    }
    if threw { Verdict::PredicateError } else { Verdict::NoMatch }
}

/// Whether `path` lies at or below `prefix`: `/api` covers `/api` and `/api/x`, not `/apix`.
fn under(path: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::super::url::split;
    use super::*;

    fn check(rule: UrlRule, href: &str, answers: &[u8]) -> Verdict {
        let entries = [Entry { rule, propagators: Propagators::TRACECONTEXT }];
        decide(&entries, &split(href), answers)
    }

    #[test]
    fn prefixes_compare_origins_whole_and_paths_by_segment() {
        let hit = Verdict::Match(Propagators::TRACECONTEXT);
        for (path, href, expected, reason) in [
            ("/", "https://api.example.com/x", hit, "any path"),
            ("/", "https://api.example.com.evil.com/", Verdict::NoMatch, "longer host"),
            ("/", "https://api.example.com@evil.com/", Verdict::NoMatch, "user info"),
            ("/", "https://api.example.com:8443/", Verdict::NoMatch, "other port"),
            ("/", "http://api.example.com/", Verdict::NoMatch, "other scheme"),
            ("/v1", "https://api.example.com/v1", hit, "the path itself"),
            ("/v1", "https://api.example.com/v1/x?y", hit, "below"),
            ("/v1/", "https://api.example.com/v1", hit, "a trailing slash is no difference"),
            ("/v1", "https://api.example.com/v10", Verdict::NoMatch, "segment boundary"),
            ("/v1", "https://api.example.com/?/v1", Verdict::NoMatch, "the query is not looked at"),
        ] {
            let rule = UrlRule::Prefix { origin: "https://api.example.com".into(), path: path.into() };
            assert_eq!(check(rule, href, b""), expected, "{reason}");
        }
    }

    #[test]
    fn host_rules_take_the_hosts_answer() {
        for (answers, expected) in [
            (&b"1"[..], Verdict::Match(Propagators::TRACECONTEXT)),
            (b"0", Verdict::NoMatch),
            (b"e", Verdict::PredicateError),
            (b"", Verdict::NoMatch),
        ] {
            assert_eq!(check(UrlRule::Host(0), "https://a.example/", answers), expected);
        }
    }
}
