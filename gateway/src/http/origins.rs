//! Which pages may report for which application.
//!
//! A browser says in `Origin` from where a page reports, and no page can change that. Programs can say anything: this
//! keeps web pages apart, and rates keep programs in bounds.

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::{HeaderMap, header};
use url::{Host, Url};

/// Rules by application; none by default, which means: only pages and programs of this machine.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<Rule>);

/// One `PID=ORIGIN,ORIGIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The application; `None` for all.
    app_id: Option<String>,
    allowed: Vec<Allowed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    /// `*`
    Any,
    /// `none`: requests without `Origin`, which mini-programs and programs send.
    Absent,
    /// An origin as browsers write it, or `null`.
    Origin(String),
}

/// Where a report comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// `Origin`, if any.
    pub origin: Option<&'a str>,
    /// Whether the browser says that the page has the gateway's own site.
    pub same_site: bool,
    /// Whether the client is on this machine.
    pub local: bool,
}

impl<'a> Source<'a> {
    /// Reads it from a request's headers.
    pub fn of(headers: &'a HeaderMap, client: IpAddr) -> Self {
        let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        Self {
            origin: headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or("null")),
            same_site: matches!(site, Some("same-origin" | "same-site")),
            local: client.is_loopback(),
        }
    }
}

impl Origins {
    /// Takes rules.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this source may report for an application.
    pub fn allow(&self, source: Source<'_>, app_id: &str) -> bool {
        self.allows(source, |rule| rule.app_id.as_deref().is_none_or(|id| id == app_id))
    }

    /// Whether this source may report for any application: what a preflight asks, before there is a body.
    pub fn allow_some(&self, source: Source<'_>) -> bool {
        self.allows(source, |_| true)
    }

    fn allows(&self, source: Source<'_>, applies: impl Fn(&Rule) -> bool) -> bool {
        if self.0.is_empty() {
            return match source.origin {
                // A page that sends no referrer sends beacons with the origin `null`.
                Some("null") => source.same_site,
                Some(origin) => is_local(origin),
                None => source.local,
            };
        }
        self.0.iter().filter(|rule| applies(rule)).flat_map(|rule| &rule.allowed).any(|allowed| match allowed {
            Allowed::Any => true,
            Allowed::Absent => source.origin.is_none(),
            Allowed::Origin(origin) => source.origin == Some(origin),
        })
    }
}

/// Whether an origin is this machine's: no other machine can serve these.
fn is_local(origin: &str) -> bool {
    match Url::parse(origin).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// As the settings write it.
impl fmt::Display for Origins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, rule) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { " " };
            write!(formatter, "{separator}{}=", rule.app_id.as_deref().unwrap_or("*"))?;
            for (place, allowed) in rule.allowed.iter().enumerate() {
                let separator = if place == 0 { "" } else { "," };
                let origin = match allowed {
                    Allowed::Any => "*",
                    Allowed::Absent => "none",
                    Allowed::Origin(origin) => origin,
                };
                write!(formatter, "{separator}{origin}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let (app_id, origins) = text.rsplit_once('=').ok_or(BadRule::NoApplication)?;
        let app_id = app_id.trim();
        if app_id.is_empty() {
            return Err(BadRule::NoApplication);
        }
        let allowed = origins.split(',').map(|origin| allowed(origin.trim())).collect::<Result<_, _>>()?;
        Ok(Self { app_id: (app_id != "*").then(|| app_id.to_owned()), allowed })
    }
}

fn allowed(origin: &str) -> Result<Allowed, BadRule> {
    match origin {
        "*" => Ok(Allowed::Any),
        "none" => Ok(Allowed::Absent),
        "null" => Ok(Allowed::Origin(origin.to_owned())),
        _ => {
            let bad = || BadRule::NoOrigin(origin.to_owned());
            let url = Url::parse(origin).map_err(|_| bad())?;
            let authority_only = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let plain = authority_only && url.username().is_empty() && url.password().is_none();
            let text = url.origin().ascii_serialization();
            if plain && text != "null" { Ok(Allowed::Origin(text)) } else { Err(bad()) }
        }
    }
}

/// Why a rule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadRule {
    /// There is no `PID=`.
    NoApplication,
    /// What stands behind it is no origin.
    NoOrigin(String),
}

impl fmt::Display for BadRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoApplication => formatter.write_str("must be PID=ORIGIN,ORIGIN such as shop=https://shop.example"),
            Self::NoOrigin(origin) => {
                write!(formatter, "`{origin}` is no origin such as https://shop.example, nor *, none or null")
            }
        }
    }
}

impl std::error::Error for BadRule {}
