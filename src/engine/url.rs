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

/// What stands in a secret's place.
const REDACTED: &str = "REDACTED";

/// A query value is a secret where its key, letters and digits only, in lower case and between dashes, contains
/// one of these. OpenTelemetry's list (`X-Amz-Signature`, `X-Amz-Credential`, `X-Amz-Security-Token`,
/// `X-Goog-Signature`, `AWSAccessKeyId`, `Signature`, `sig`: semantic conventions, `url.full`) and our own;
/// between dashes those that as part of a key mean many things.
const SECRETS: &str = "token passw pwd secret signature credential accesskey apikey privatekey oauth authoriz session jwt csrf xsrf \
     verifier -code- -sig- -key- -pass- -auth- -sid- -otp- -pin- -ticket-";
/// Longest key that is looked at; what is longer is redacted unseen.
const MAX_KEY: usize = 200;

/// Writes the URL as it may be reported: without user info and fragment, and with no secret's value.
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
    scrub(out, after);
}

/// Writes a path with its query, or a query alone; secrets in matrix parameters (`;jsessionid=…`) go too.
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

/// Whether the key of a query value names a secret.
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

/// A JSON Web Token is one under whatever key: its header begins with `{"`.
fn looks_secret(value: &str) -> bool {
    value.len() > 30 && value.as_bytes().starts_with(b"eyJ")
}

/// Whether the value is a URL or a query itself, with a secret or credentials in it.
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

/// Writes a message of the browser's or the application's, every URL in it as [`report`] would.
pub fn report_message(out: &mut Out, message: &str) {
    let mut rest = message;
    while !rest.is_empty() && out.len() < MAX_MESSAGE {
        let (word, next) = until(rest, b" \"'`<>()\n\t");
        // Such a word would make the event too long to leave, and a part of it may hide which of it is secret.
        if word.len() > MAX_MESSAGE {
            return;
        }
        // A relative URL has no scheme, and may have a query all the same.
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
            ("https://a/x?token=1&q=2", "https://a/x?token=REDACTED&q=2"),
            ("https://a/x?access_token=1", "https://a/x?access_token=REDACTED"),
            (
                "https://a/x?X-Amz-Signature=1&X-Amz-Credential=2&X-Amz-Date=3",
                "https://a/x?X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED&X-Amz-Date=3",
            ),
            ("https://a/x?AWSAccessKeyId=1&sig=2&sigma=3", "https://a/x?AWSAccessKeyId=REDACTED&sig=REDACTED&sigma=3"),
            ("https://a/x?a%63cess%5Ftoken=1", "https://a/x?a%63cess%5Ftoken=REDACTED"),
            ("https://a/x?user[password]=1", "https://a/x?user[password]=REDACTED"),
            ("https://a/x?code=1&zipcode=2", "https://a/x?code=REDACTED&zipcode=2"),
            ("https://a/x?flag&&=&a=b=c", "https://a/x?flag&&=&a=b=c"),
            ("https://a/cb?next=https%3A%2F%2Fb%2F%3Ftoken%3D1", "https://a/cb?next=REDACTED"),
            ("https://a/cb?next=https%3A%2F%2Fu%3Ap%40b%2F", "https://a/cb?next=REDACTED"),
            ("https://a/cb?next=https%3A%2F%2Fb%2F%3Fq%3D1", "https://a/cb?next=https%3A%2F%2Fb%2F%3Fq%3D1"),
            ("https://a/x;jsessionid=9;v=1?q=1", "https://a/x;jsessionid=REDACTED;v=1?q=1"),
            ("https://a/x?q=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "https://a/x?q=REDACTED"),
            ("https://a/x?pass%77ord=1", "https://a/x?pass%77ord=REDACTED"),
            ("https://a/x?eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "https://a/x?REDACTED"),
            ("https://a/x?cursor=eyJpZCI6MX0", "https://a/x?cursor=eyJpZCI6MX0"),
            ("https://a/x?Pass=%ZZ%", "https://a/x?Pass=REDACTED"),
            ("blob:https://a.example/1-2", "blob:"),
            ("", ":"),
        ] {
            let mut out = Out::default();
            report(&mut out, href);
            assert_eq!(out.as_str(), expected, "{href}");
        }
    }

    #[test]
    fn each_word_of_the_list_is_enough() {
        for word in SECRETS.split(' ') {
            let (key, bare) = (word.trim_matches('-').to_uppercase(), word.trim_matches('-'));
            let mut out = Out::default();
            report(&mut out, &format!("https://a/x?{key}=1&an{bare}other=2&x={bare}"));
            // Between dashes a word counts only where it is the whole key.
            let inner = if bare == word { REDACTED } else { "2" };
            assert_eq!(out.as_str(), format!("https://a/x?{key}=REDACTED&an{bare}other={inner}&x={bare}"), "{word}");
        }
        let named = |key: &str| {
            let mut out = Out::default();
            report(&mut out, &format!("https://a/x?{key}=1"));
            out.as_str().ends_with(REDACTED)
        };
        assert!(!named(&"k".repeat(198)) && named(&"k".repeat(199)), "too long a key to be looked at");
        for key in
            ["secret", "pwd", "csrf", "otp", "ticket", "client_secret", "code_verifier", "Authorization", "api-key"]
        {
            assert!(named(key), "{key}");
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
