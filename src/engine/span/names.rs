//! One text of ours, two attributes of OpenTelemetry's.

use crate::engine::text::{cut, from, parse_number};

/// Host and port of an origin; the port that the scheme implies where it names none, and -1 where there is no origin.
pub fn server(origin: &str) -> (&str, f64) {
    let (scheme, rest) = cut(origin, b':');
    let host = rest.unwrap_or("").trim_start_matches('/');
    // The port follows the last colon, unless that is part of an IPv6 address.
    let colon = host.bytes().rposition(|byte| byte == b':' || byte == b']');
    let (name, port) = match colon {
        Some(at) if host.as_bytes().get(at) == Some(&b':') => host.split_at(at),
        _ => (host, ""),
    };
    let implied = match scheme {
        "" => -1.0,
        "https" => 443.0,
        _ => 80.0,
    };
    (name, if port.is_empty() { implied } else { parse_number(from(port, 1)) })
}

/// `h2` and `http/1.1` as OpenTelemetry's pair of name and version.
pub fn protocol(name: &str) -> (&str, &str) {
    match name {
        "h2" | "h2c" => ("http", "2"),
        "h3" => ("http", "3"),
        other => {
            let (name, version) = cut(other, b'/');
            (name, version.unwrap_or(""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_and_their_ports() {
        for (origin, host, port) in [
            ("https://a.example", "a.example", 443.0),
            ("http://a.example:8080", "a.example", 8080.0),
            ("http://[::1]", "[::1]", 80.0),
            ("http://[::1]:9", "[::1]", 9.0),
            ("", "", -1.0),
        ] {
            assert_eq!(server(origin), (host, port), "{origin}");
        }
    }
}
