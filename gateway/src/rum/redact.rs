//! Takes secrets out of URLs, whichever agent sent them.
//!
//! By OpenTelemetry's rules for `url.full`: credentials and the values of known secret parameters
//! become `REDACTED`, their keys stay. The fragment goes, since it never reaches a server and is
//! where sign-in flows put tokens. Works on text that is no valid URL too, because a receiver
//! must not keep a secret only because a client wrote it badly.

use std::borrow::Cow;

const REDACTED: &str = "REDACTED";

/// Parameters whose value is a secret, in lower case and without `-` and `_`. The first two lines
/// are the ones that OpenTelemetry names (signed links of object stores) and their older forms.
const SECRETS: &[&str] = &[
    "xamzsignature",
    "xamzcredential",
    "xamzsecuritytoken",
    "awsaccesskeyid",
    "signature",
    "sig",
    "xgoogsignature",
    "xgoogcredential",
    "ossaccesskeyid",
    "securitytoken",
    "xosssignature",
    "xosscredential",
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "csrftoken",
    "xsrftoken",
    "jwt",
    "auth",
    "authorization",
    "apikey",
    "secret",
    "clientsecret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "code",
    "otp",
    "session",
    "sessionid",
    "sid",
    "jsessionid",
    "phpsessid",
    "credential",
    "credentials",
];

/// Schemes after which an authority follows however many slashes there are.
const SPECIAL: &[&str] = &["http", "https", "ws", "wss", "ftp"];

/// A URL, absolute or relative, without its secrets.
pub fn url(text: &str) -> String {
    let text = text.trim();
    let text = text.split('#').next().unwrap_or_default();
    if let Some(kind) = data_url_kind(text) {
        return kind;
    }
    let (before_query, query) = match text.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (text, None),
    };
    let mut out = path_parameters(&without_credentials(before_query));
    if let Some(query) = query {
        out.push('?');
        out.push_str(&parameters(query, '&'));
    }
    out
}

/// Free text: every word in it that has the look of a URL is treated as one.
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(['?', '@', '#']) {
        return Cow::Borrowed(text);
    }
    let words =
        text.split(' ').map(|word| if word.contains(['/', '?']) { Cow::Owned(url(word)) } else { Cow::Borrowed(word) });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// A `data:` URL is its own content, so only its kind is kept.
fn data_url_kind(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(text.get(5..))?;
    let kind = rest.split([',', ';']).next().unwrap_or_default();
    Some(format!("data:{kind}"))
}

fn without_credentials(text: &str) -> String {
    let start = authority_start(text);
    let (before, rest) = text.split_at(start);
    if start == 0 {
        return text.to_owned();
    }
    let end = rest.find(['/', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{before}{REDACTED}:{REDACTED}@{host}{path}"),
        None => text.to_owned(),
    }
}

/// Where the authority begins, or 0 where there is none. Browsers take `\` for `/` and any number
/// of either after `http:`, so this does too.
fn authority_start(text: &str) -> usize {
    let is_slash = |character: char| matches!(character, '/' | '\\');
    let after_scheme = match text.split_once(':') {
        Some((scheme, rest)) if SPECIAL.iter().any(|special| scheme.eq_ignore_ascii_case(special)) => {
            return text.len() - rest.trim_start_matches(is_slash).len();
        }
        Some((scheme, rest))
            if !scheme.is_empty()
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            rest
        }
        _ => text,
    };
    let mut rest = after_scheme.chars();
    if rest.next().is_some_and(is_slash) && rest.next().is_some_and(is_slash) {
        return text.len() - after_scheme.trim_start_matches(is_slash).len();
    }
    0
}

/// `/cart;jsessionid=…` carries a session outside the query.
fn path_parameters(path: &str) -> String {
    if path.contains(';') { parameters(path, ';') } else { path.to_owned() }
}

fn parameters(text: &str, separator: char) -> String {
    let parts = text.split(separator).map(|part| match part.split_once('=') {
        Some((key, value)) if !value.is_empty() && is_secret(key) => Cow::Owned(format!("{key}={REDACTED}")),
        _ => Cow::Borrowed(part),
    });
    parts.collect::<Vec<_>>().join(separator.encode_utf8(&mut [0; 4]))
}

fn is_secret(key: &str) -> bool {
    let plain: String = percent_decoded(key)
        .chars()
        .filter(|character| !matches!(character, '-' | '_' | '.' | '[' | ']' | ' ' | '+'))
        .flat_map(char::to_lowercase)
        .collect();
    SECRETS.contains(&plain.as_str())
}

/// Decodes `%74oken`, so that a spelling cannot hide a key.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((&first, after)) = rest.split_first() {
        let decoded = if first == b'%' { hex_pair(after) } else { None };
        let (byte, after) = decoded.unwrap_or((first, after));
        out.push(byte);
        rest = after;
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn hex_pair(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (pair, rest) = bytes.split_at_checked(2)?;
    let text = std::str::from_utf8(pair).ok()?;
    Some((u8::from_str_radix(text, 16).ok()?, rest))
}
