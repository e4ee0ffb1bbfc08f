//! What a URL is compared with.

use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which URLs an entry of [`Tracing::allowed_urls`](crate::Tracing::allowed_urls) or
/// [`Filters::resource`](crate::Filters::resource) means.
///
/// ```
/// use tracebeam_web::Rule;
///
/// // Scheme, host and port, then whole segments of the path.
/// let prefix = Rule::from("https://api.example.com/v1");
/// // A JavaScript RegExp on the whole URL.
/// let pattern = Rule::pattern(r"^https://\w+\.example\.com/", "i");
/// let predicate = Rule::predicate(|url| url.ends_with(".json"));
/// ```
#[derive(Clone)]
pub struct Rule(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Prefix(String),
    Pattern { source: String, flags: String },
    RegExp(js_sys::RegExp),
    Predicate(Rc<dyn Fn(&str) -> bool>),
}

impl Rule {
    /// A JavaScript regular expression, compiled when the agent starts: this also works in code that runs on a server.
    /// One that does not compile is an [`Issue`](crate::Issue).
    pub fn pattern(source: impl Into<String>, flags: impl Into<String>) -> Self {
        Self(Kind::Pattern { source: source.into(), flags: flags.into() })
    }

    /// A function that gets the absolute URL without its fragment. It runs for every request to another origin.
    pub fn predicate(matches: impl Fn(&str) -> bool + 'static) -> Self {
        Self(Kind::Predicate(Rc::new(matches)))
    }
}

impl From<&str> for Rule {
    fn from(prefix: &str) -> Self {
        Self(Kind::Prefix(prefix.to_owned()))
    }
}

impl From<String> for Rule {
    fn from(prefix: String) -> Self {
        Self(Kind::Prefix(prefix))
    }
}

/// A `RegExp` can be made in a browser only. [`Rule::pattern`] works everywhere.
impl From<js_sys::RegExp> for Rule {
    fn from(pattern: js_sys::RegExp) -> Self {
        Self(Kind::RegExp(pattern))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Prefix(prefix) => fmt::Debug::fmt(prefix, out),
            Kind::Pattern { source, flags } => write!(out, "/{source}/{flags}"),
            Kind::RegExp(_) => out.write_str("RegExp"),
            Kind::Predicate(_) => out.write_str("Fn(&str) -> bool"),
        }
    }
}

/// JSON has prefixes only; anything else becomes null.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kind::Prefix(prefix) => serializer.serialize_str(prefix),
            _ => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
