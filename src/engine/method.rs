//! HTTP methods as they go out.

/// The methods that browsers send in upper case however the page wrote them (Fetch Standard,
/// "normalize a method"); all others go out as they are.
const NORMALISED: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"];

/// `method` as a server sees it; empty means GET.
pub fn on_the_wire(method: &str) -> &str {
    if method.is_empty() {
        return "GET";
    }
    for known in NORMALISED {
        if is_upper_of(known, method) {
            return known;
        }
    }
    method
}

/// Whether `method` is `known` but for its case. Not inlined: six comparisons at their full length weigh a kilobyte.
#[inline(never)]
fn is_upper_of(known: &str, method: &str) -> bool {
    known.len() == method.len() && known.bytes().zip(method.bytes()).all(|(upper, byte)| upper == byte & !0x20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_six_are_normalised() {
        for (method, expected) in
            [("", "GET"), ("post", "POST"), ("Put", "PUT"), ("patch", "patch"), ("QUERY", "QUERY")]
        {
            assert_eq!(on_the_wire(method), expected);
        }
    }
}
