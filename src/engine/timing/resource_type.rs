//! What kind of thing a page loaded.

use crate::engine::text::{cut, until};

/// What says what it loads: types, and the initiators that load only these.
const INITIATORS: &str = "document navigation fetch fetch xmlhttprequest xmlhttprequest script script img img img image \
     img input img icon media audio media video media track iframe iframe iframe frame beacon beacon beacon ping";
/// Types, and the file endings and MIME subtypes that mean them.
const ENDINGS: &str = "css css script js script mjs script javascript font woff font woff2 font ttf font otf img png img jpg \
     img jpeg img gif img webp img avif img svg img svg+xml img ico media mp3 media mp4 media webm media ogg media wav \
     media m4a media m3u8";

/// The type of what `initiator` loaded. A style sheet loads fonts and images, and a `link` nearly
/// anything: there the MIME type decides, then the file name, and only then the initiator.
pub fn resource_type(initiator: &str, url: &str, mime: &str) -> &'static str {
    let mut ending = until(url, b"?#").0;
    for mark in *b"/." {
        let mut last = "";
        while let (_, Some(rest)) = cut(ending, mark) {
            (ending, last) = (rest, rest);
        }
        ending = last;
    }
    let subtype = cut(mime, b'/').1.unwrap_or("");
    for (list, word) in [(INITIATORS, initiator), (ENDINGS, subtype), (ENDINGS, ending)] {
        let mut rest = list;
        while let (kind, Some(after)) = cut(rest, b' ') {
            let (sign, next) = cut(after, b' ');
            if sign.eq_ignore_ascii_case(word) {
                return kind;
            }
            rest = next.unwrap_or("");
        }
    }
    if initiator == "link" { "css" } else { "other" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initiator_is_not_the_type() {
        for (initiator, url, mime, expected, reason) in [
            ("script", "https://a/x", "", "script", "a script is a script"),
            ("css", "https://a/f.woff2?v=1", "", "font", "a style sheet's font is no css"),
            ("css", "https://a/bg", "image/svg+xml", "img", "the MIME type where there is no name"),
            ("css", "https://a/bg.PNG", "", "img", "any case"),
            ("link", "https://a/a.css", "text/css", "css", ""),
            ("link", "https://fonts/css2?family=x", "", "css", "most links are style sheets"),
            ("link", "https://a/app.min.js", "", "script", "modulepreload"),
            ("link", "https://a/f.woff", "font/woff", "font", "preload"),
            ("other", "https://a/favicon.ico", "", "img", "Chromium's initiator of a favicon"),
            ("video", "https://a/x", "", "media", ""),
            ("iframe", "https://a/x.html", "", "iframe", ""),
            ("beacon", "https://a/x.png", "", "beacon", ""),
            ("navigation", "https://a/", "", "document", ""),
            ("other", "https://a/x", "", "other", ""),
            ("other", "https://a.css/x", "", "other", "the host is no file name"),
            ("other", "", "", "other", ""),
        ] {
            assert_eq!(resource_type(initiator, url, mime), expected, "{initiator} {url} {reason}");
        }
    }
}
