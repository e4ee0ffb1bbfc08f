//! Headers read back by their published grammars: a trace, a span, a decision, whatever the protocol.

use super::host::Sent;

/// What a receiver makes of a header: trace, span, sampled.
pub type Decoded = (String, String, bool);

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && text.bytes().any(|byte| byte != b'0')
}

fn decoded(trace: &str, span: &str, flag: &str) -> Decoded {
    assert!(is_hex(trace, 32) && is_hex(span, 16), "{trace} {span}");
    assert!(flag == "0" || flag == "1", "{flag}");
    (trace.to_owned(), span.to_owned(), flag == "1")
}

/// All contexts that the headers of a request carry; each is checked against its grammar.
pub fn contexts(sent: &Sent) -> Vec<Decoded> {
    let mut found = Vec::new();
    for (name, value) in &sent.headers {
        assert!(!value.is_empty() && value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{name}: {value}");
        found.extend(match name.as_str() {
            "traceparent" => {
                assert_eq!((value.len(), &value[..3]), (55, "00-"));
                let flag = value[53..].strip_prefix('0').expect("one digit of flags");
                Some(decoded(&value[3..35], &value[36..52], flag))
            }
            "b3" => {
                let fields: Vec<&str> = value.split('-').collect();
                assert_eq!(fields.len(), 3, "a root has no parent field");
                Some(decoded(fields[0], fields[1], fields[2]))
            }
            "X-B3-TraceId" => Some(decoded(value, sent.header("X-B3-SpanId"), sent.header("X-B3-Sampled"))),
            "uber-trace-id" => {
                let fields: Vec<&str> = value.split(':').collect();
                assert_eq!((fields.len(), fields[2]), (4, "0"));
                Some(decoded(fields[0], fields[1], fields[3]))
            }
            "sw8" => {
                let fields: Vec<&str> = value.split('-').collect();
                assert!(fields.len() == 8 && fields[3] == "0" && value.len() < 2048, "{value}");
                Some(decoded(&base64(fields[1]), &base64(fields[2]), fields[0]))
            }
            "X-B3-SpanId" | "X-B3-Sampled" | "tracestate" | "baggage" => None,
            name => panic!("nobody asked for {name}"),
        });
    }
    found
}

/// The names in an `sw8` header: service, instance, endpoint, peer.
pub fn names(sw8: &str) -> Vec<String> {
    sw8.split('-').skip(4).map(base64).collect()
}

/// Standard base64 with padding, of UTF-8.
pub fn base64(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert!(!text.is_empty() && text.len().is_multiple_of(4), "{text}");
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for digit in digits.bytes() {
        bits = bits << 6 | ALPHABET.iter().position(|known| *known == digit).expect("a digit of base64") as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    assert_eq!(bits & ((1 << count) - 1), 0, "no bits are left over");
    String::from_utf8(bytes).unwrap()
}
