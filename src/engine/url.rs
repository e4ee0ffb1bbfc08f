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
    // With user info, the origin is not one slice of the URL. It stays empty, so that no rule matches and no header is sent.
    let bare = cut(host, b'@').1.is_none();
    let origin = if bare { part(href, 0, start + host.len()) } else { "" };
    Url { origin, path, http }
}

/// Replaces a secret.
const REDACTED: &str = "REDACTED";

/// Words that mark a parameter's key as a secret's. Only the key's letters and digits are compared, in lower case and with a dash
/// at either end. So a word between dashes must be the whole key, and any other word may be a part of it. OpenTelemetry's keys
/// are among them (semantic conventions, `url.full`). The gateway uses this list, too; tests/testdata/secrets.toml has the keys
/// that it must find.
const SECRETS: &str = "token passw passph pwd secret signature credential accesskey apikey privatekey oauth authoriz sessi jwt csrf xsrf \
     verifier -code- -sig- -key- -pass- -auth- -sid- -otp- -pin- -ticket-";
/// The longest key that is compared, with its dashes. The value of a longer key is always redacted.
const MAX_KEY: usize = 200;

/// Writes the URL for an event: without user info, fragment and the values of secrets.
pub fn report(out: &mut Out, href: &str) {
    let (href, _) = cut(href, b'#');
    let Some(start) = authority(href) else {
        // `data:` has content, and `blob:` a meaningless id: only the scheme is reported.
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
    scrub(out, after);
}

/// Writes a path with its query, or a query alone, without the secrets in its parameters and matrix parameters
/// (`;jsessionid=…`).
pub fn scrub(out: &mut Out, text: &str) {
    let (path, mut rest) = until(text, b"?;&#");
    out.str(path);
    while let Some(mark) = rest.bytes().next() {
        out.ascii(mark);
        let (pair, next) = until(from(rest, 1), b"?;&#");
        rest = next;
        let (key, value) = cut(pair, b'=');
        out.str(if looks_secret(key) { REDACTED } else { key });
        let Some(value) = value else { continue };
        out.ascii(b'=');
        let secret = !value.is_empty() && (is_secret(key) || looks_secret(value) || nests_secret(value));
        out.str(if secret { REDACTED } else { value });
    }
}

/// Whether a parameter of this name holds a secret.
pub fn is_secret(key: &str) -> bool {
    let mut plain = vec![b'-'];
    plain.extend(decoded(key).iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase));
    plain.push(b'-');
    let mut rest = Some(SECRETS);
    while let Some(text) = rest {
        let (word, next) = cut(text, b' ');
        rest = next;
        if plain.windows(word.len()).any(|at| at == word.as_bytes()) {
            return true;
        }
    }
    plain.len() > MAX_KEY
}

/// Whether this is a JSON Web Token: its header begins with `{"`.
fn looks_secret(value: &str) -> bool {
    value.len() > 30 && value.as_bytes().starts_with(b"eyJ")
}

/// Whether the value is itself a URL or a query, and has a secret or credentials in it.
fn nests_secret(value: &str) -> bool {
    let inner = decoded(value);
    let text = std::str::from_utf8(&inner).unwrap_or("");
    if let (_, Some(after)) = cut(text, b':')
        && after.as_bytes().starts_with(b"//")
        && cut(until(from(after, 2), b"/?#").0, b'@').1.is_some()
    {
        return true;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (pair, next) = until(rest, b"?;&#");
        rest = from(next, 1);
        let (key, value) = cut(pair, b'=');
        if value.is_some() && is_secret(key) {
            return true;
        }
    }
    false
}

/// The bytes of `text` with `%XX` undone.
#[inline(never)]
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let mut value = *byte;
        if let (b'%', [high, low, after @ ..]) = (*byte, after)
            && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        {
            value = (high << 4 | low) as u8;
            rest = after;
        }
        bytes.push(value);
    }
    bytes
}

/// Longest message that is reported, in bytes.
const MAX_MESSAGE: usize = 1000;

/// Writes a message of the browser's or the application's, with every URL in it as [`report`] writes it.
pub fn report_message(out: &mut Out, message: &str) {
    let mut rest = message;
    while !rest.is_empty() && out.len() < MAX_MESSAGE {
        let (word, next) = until(rest, b" \"'`<>()\n\t");
        // Such a word would make the event too long, and after cutting it a secret in it might not be recognised.
        if word.len() > MAX_MESSAGE {
            return;
        }
        // A relative URL has no scheme, but may have a query.
        if authority(word).is_some() {
            report(out, word);
        } else {
            scrub(out, word);
        }
        let (mark, after) = next.split_at_checked(1).unwrap_or(("", ""));
        out.str(mark);
        rest = after;
    }
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

    #[test]
    fn messages_are_cut_between_words() {
        let mut out = Out::default();
        report_message(&mut out, &"word ".repeat(1000));
        assert_eq!(out.as_str(), "word ".repeat(200));
        out.clear();
        report_message(&mut out, &format!("told: {} and more", "x".repeat(60_000)));
        assert_eq!(out.as_str(), "told: ");
    }

    #[test]
    fn messages_keep_their_words_and_lose_their_secrets() {
        for (message, expected) in [
            ("Failed to fetch", "Failed to fetch"),
            (
                "Failed to fetch https://u:p@a/x?token=1#f now",
                "Failed to fetch https://REDACTED:REDACTED@a/x?token=REDACTED now",
            ),
            ("no \"/x?token=1\" there", "no \"/x?token=REDACTED\" there"),
            ("#5 at x#access_token=1", "#5 at x#access_token=REDACTED"),
            ("Ошибка 商品", "Ошибка 商品"),
        ] {
            let mut out = Out::default();
            report_message(&mut out, message);
            assert_eq!(out.as_str(), expected);
        }
    }
}
