//! Where spans are forwarded to, as an operator writes it.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// An endpoint and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The protocol.
    pub protocol: Protocol,
    /// The whole URL of a request; of gRPC, of the server.
    pub url: Url,
}

/// How an endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OTLP/HTTP with protobuf.
    OtlpHttp,
    /// OTLP/gRPC.
    OtlpGrpc,
    /// Zipkin's JSON, version 2.
    Zipkin,
}

/// Scheme as it is written, protocol, scheme of the URL, path that is appended to a base URL.
const SCHEMES: &[(&str, Protocol, &str, &str)] = &[
    ("http", Protocol::OtlpHttp, "http", "/v1/traces"),
    ("https", Protocol::OtlpHttp, "https", "/v1/traces"),
    ("grpc", Protocol::OtlpGrpc, "http", ""),
    ("grpcs", Protocol::OtlpGrpc, "https", ""),
    ("zipkin+http", Protocol::Zipkin, "http", "/api/v2/spans"),
    ("zipkin+https", Protocol::Zipkin, "https", "/api/v2/spans"),
];

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let schemes: Vec<_> = SCHEMES.iter().map(|(scheme, ..)| format!("{scheme}://")).collect();
        let unknown = || format!("must be a URL that begins with one of {}", schemes.join(" "));
        let (scheme, rest) = text.split_once("://").ok_or_else(unknown)?;
        let row = SCHEMES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(scheme));
        let (_, protocol, scheme, path) = row.ok_or_else(unknown)?;
        let mut url = Url::parse(&format!("{scheme}://{rest}")).map_err(|error| format!("is no URL: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must have no user and no password; use forward-header".to_owned());
        }
        // As OTEL_EXPORTER_OTLP_ENDPOINT: the signal's path is appended to what is given.
        if !url.path().ends_with(path) {
            let base = url.path().trim_end_matches('/').to_owned();
            url.set_path(&format!("{base}{path}"));
        }
        Ok(Self { protocol: *protocol, url })
    }
}

impl Target {
    /// Whether the way is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::OtlpHttp => "OTLP/HTTP",
            Protocol::OtlpGrpc => "OTLP/gRPC",
            Protocol::Zipkin => "Zipkin",
        };
        write!(formatter, "{} ({protocol})", self.url)
    }
}
