//! Names that group: the path of a URL, with `{id}` for the parts that differ from user to user, so that a thousand users give
//! one row.

use super::text::{Out, cut, from, until};

/// Replaces a part that differs.
const ID: &str = "{id}";
/// Shortest run of hexadecimal digits (with dashes: a UUID) that is taken for an id.
const MIN_HEX: usize = 12;
/// Shortest token of mixed letters and digits that is taken for an id.
const MIN_TOKEN: usize = 20;
/// Longest file ending that is kept behind an id.
const MAX_ENDING: usize = 5;

/// Writes `path` with `{id}` for every segment that is a number, a UUID, long hex, a long token or an address.
pub fn group(out: &mut Out, path: &str) {
    let mut rest = path;
    while !rest.is_empty() {
        let (segment, after) = until(rest, b"/");
        // Matrix parameters (`;jsessionid=…`) are no part of a name.
        let (segment, _) = cut(segment, b';');
        let (stem, ending) = cut(segment, b'.');
        let ending = ending.unwrap_or("");
        if is_id(if ending.len() <= MAX_ENDING && ending.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            stem
        } else {
            segment
        }) {
            out.str(ID);
            // `{id}.png` says more than `{id}`; the rest of a token says too much.
            if !ending.is_empty() && ending.len() <= MAX_ENDING {
                out.ascii(b'.');
                out.str(ending);
            }
        } else {
            out.str(segment);
        }
        if after.is_empty() {
            break;
        }
        out.ascii(b'/');
        rest = from(after, 1);
    }
}

fn is_id(text: &str) -> bool {
    const DIGIT: u32 = 1;
    const LOWER: u32 = 2;
    const UPPER: u32 = 4;
    const NO_HEX: u32 = 8;
    const DASH: u32 = 16;
    const DOT: u32 = 32;
    const OTHER: u32 = 64;
    let mut seen = 0;
    for byte in text.bytes() {
        seen |= match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' => LOWER,
            b'g'..=b'z' => LOWER | NO_HEX,
            b'A'..=b'F' => UPPER,
            b'G'..=b'Z' => UPPER | NO_HEX,
            b'-' | b'_' => DASH,
            b'=' | b'~' | b'+' | b'.' => DOT,
            b'@' => return true,
            _ => OTHER,
        };
    }
    // %40 is an @.
    if text.as_bytes().windows(3).any(|at| at == b"%40") {
        return true;
    }
    let only = |allowed: u32| seen & !allowed == 0;
    let cases = seen & (LOWER | UPPER);
    // Words with dashes are a title, unless they mix both cases and digits.
    let mixed = cases == LOWER | UPPER || (cases > 0 && seen & DASH == 0);
    seen & DIGIT > 0
        && (only(DIGIT)
            || (text.len() >= MIN_HEX && only(DIGIT | LOWER | UPPER | DASH))
            || (text.len() >= MIN_TOKEN && only(!OTHER) && mixed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_user_to_user_is_replaced() {
        for (path, name, reason) in [
            ("/", "/", ""),
            ("/api/orders/1234", "/api/orders/{id}", "a number"),
            ("/api/orders/1234/items/5", "/api/orders/{id}/items/{id}", "several"),
            ("/u/0af76519-16cd-43dd-8448-eb211c80319c/x", "/u/{id}/x", "UUID"),
            ("/u/507f1f77bcf86cd799439011", "/u/{id}", "a document store's id"),
            ("/avatars/77.png", "/avatars/{id}.png", "the ending stays"),
            ("/t/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "/t/{id}", "a token leaves nothing behind"),
            ("/s/dGhpcyBpcyBhIHRva2VuIQ1", "/s/{id}", "base64"),
            ("/s/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/s/{id}", "ULID"),
            ("/blog/how-to-bake-bread-in-2024-and-later", "/blog/how-to-bake-bread-in-2024-and-later", "a title"),
            ("/api/v2/fetch-500", "/api/v2/fetch-500", "words with numbers"),
            ("/v1.2/x", "/v1.2/x", "a version"),
            ("/assets/index.3f2a9b1c.js", "/assets/index.3f2a9b1c.js", "one for all users"),
            ("/x/3f2a9b1c0d3e", "/x/{id}", "twelve hexadecimal digits"),
            ("/x/3f2a9b1c0d3", "/x/3f2a9b1c0d3", "eleven"),
            ("/v/1.5", "/v/1.5", "a number is no file ending"),
            ("/s/dGhpcy-pcyBh_IHRva2VuIQ1", "/s/{id}", "base64 for URLs: both cases and dashes"),
            ("/deadbeefcafebabe", "/deadbeefcafebabe", "letters alone are a word"),
            ("/x/ann@example.com/y", "/x/{id}.com/y", "an address"),
            ("/x/ann%40example.com", "/x/{id}.com", "an address, encoded"),
            ("/a;jsessionid=9A8B/b;v=1", "/a/b", "matrix parameters"),
            ("/商品/12/", "/商品/{id}/", "any script, and the last slash"),
        ] {
            let mut out = Out::default();
            group(&mut out, path);
            assert_eq!(out.as_str(), name, "{reason}");
        }
    }
}
