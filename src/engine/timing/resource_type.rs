//! The type of a static resource.

use crate::engine::event::Kind;
use crate::engine::text::{cut, is_word_of, until};

/// For each type: the initiators that load nothing else, and the file endings and MIME subtypes that mean it.
const TYPES: [(Kind, &str); 8] = [
    (Kind::Document, "document navigation"),
    (Kind::Script, "script js mjs javascript"),
    (Kind::Image, "img image input icon png jpg jpeg gif webp avif svg svg+xml ico"),
    (Kind::Media, "media audio video track mp3 mp4 webm ogg wav m4a m3u8"),
    (Kind::Frame, "iframe frame"),
    (Kind::Beacon, "beacon ping"),
    (Kind::Font, "font woff woff2 ttf otf"),
    (Kind::Css, "css"),
];

/// The type of what `initiator` loaded. A style sheet loads fonts and images, and a `link` nearly
/// anything: there the MIME type decides, then the file name, and only then the initiator.
pub fn resource_type(initiator: &str, url: &str, mime: &str) -> Kind {
    let mut ending = until(url, b"?#").0;
    for mark in *b"/." {
        let mut last = "";
        while let (_, Some(rest)) = cut(ending, mark) {
            (ending, last) = (rest, rest);
        }
        ending = last;
    }
    let subtype = cut(mime, b'/').1.unwrap_or("");
    for word in [if initiator == "css" { "" } else { initiator }, subtype, ending] {
        for (kind, words) in TYPES {
            if is_word_of(word, words) {
                return kind;
            }
        }
    }
    if initiator == "link" { Kind::Css } else { Kind::Other }
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
            assert_eq!(resource_type(initiator, url, mime).name(), expected, "{initiator} {url} {reason}");
        }
    }
}
