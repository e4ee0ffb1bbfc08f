//! URLs as text: the host hands in absolute, normalised ones (`URL.href`, `Request.url`).

use super::text::{Out, cut, from, part, until};

/// The parts of an absolute URL that the engine compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// Scheme, host and port as `URL.origin` writes them; empty where there is no authority.
    pub origin: &'a str,
    /// Path, beginning with `/`, without query and fragment.
    pub path: &'a str,
    /// Whether the scheme is `http` or `https`: only there are headers sent.
    pub http: bool,
}

/// Where the authority begins: after `scheme://`. `None` for `data:`, `blob:`, `about:` and the like.
fn authority(href: &str) -> Option<usize> {
    let (scheme, rest) = cut(href, b':');
    rest?.starts_with("//").then_some(scheme.len() + 3)
}

/// Splits a normalised absolute URL. User info belongs to no part: it is never compared nor reported.
pub fn split(href: &str) -> Url<'_> {
    let http = href.starts_with("http://") || href.starts_with("https://");
    let start = authority(href).unwrap_or(0);
    if !http {
        return Url { origin: "", path: "", http };
    }
    let (host, after) = until(from(href, start), b"/?#");
    let (path, _) = until(after, b"?#");
    let path = if path.is_empty() { "/" } else { path };
    // The origin is no slice of a URL with user info; nothing may match it, so nothing is sent there.
    let bare = cut(host, b'@').1.is_none();
    let origin = if bare { part(href, 0, start + host.len()) } else { "" };
    Url { origin, path, http }
}

/// Writes the URL without user info and fragment, as it may be reported.
pub fn report(out: &mut Out, href: &str) {
    let (href, _) = cut(href, b'#');
    let Some(start) = authority(href) else {
        // data: carries content and blob: an id of no use to anyone; the scheme says enough.
        out.str(cut(href, b':').0);
        out.ascii(b':');
        return;
    };
    let (mut host, after) = until(from(href, start), b"/?");
    out.str(part(href, 0, start));
    while let (_, Some(rest)) = cut(host, b'@') {
        out.str(if cut(rest, b'@').1.is_none() { "REDACTED:REDACTED@" } else { "" });
        host = rest;
    }
    out.str(host);
    out.str(after);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_what_a_browser_normalised() {
        for (href, origin, path, http) in [
            ("https://a.example/x/y?q#f", "https://a.example", "/x/y", true),
            ("http://a.example:8080/", "http://a.example:8080", "/", true),
            ("https://[::1]:1/x", "https://[::1]:1", "/x", true),
            ("https://u:p@a.example/x", "", "/x", true),
            ("https://a.example?q=/@", "https://a.example", "/", true),
            ("data:text/plain,x", "", "", false),
            ("blob:https://a.example/1-2", "", "", false),
            ("file:///etc/hosts", "", "", false),
            ("", "", "", false),
        ] {
            assert_eq!(split(href), Url { origin, path, http }, "{href}");
        }
    }

    #[test]
    fn reports_no_credentials_no_fragment_and_no_content() {
        for (href, expected) in [
            ("https://a.example/x?q=1#token", "https://a.example/x?q=1"),
            ("https://u:p@a.example/x", "https://REDACTED:REDACTED@a.example/x"),
            ("https://u@v@a.example/x", "https://REDACTED:REDACTED@a.example/x"),
            ("https://a.example/x@y", "https://a.example/x@y"),
            ("data:text/plain,secret", "data:"),
            ("blob:https://a.example/1-2", "blob:"),
            ("", ":"),
        ] {
            let mut out = Out::default();
            report(&mut out, href);
            assert_eq!(out.as_str(), expected, "{href}");
        }
    }
}
