//! What rules see of an event or a span, and what they may change.

use crate::ids::TraceId;

/// A change of one text; `None` leaves it as it is.
pub type Edit<'a> = &'a dyn Fn(&str) -> Option<String>;

/// An event or a span.
pub trait Subject {
    /// The application's `pid`; empty where it belongs to none.
    fn app(&self) -> &str;
    /// `service.name`.
    fn service(&self) -> &str;
    /// Its name.
    fn name(&self) -> &str;
    /// The kind of span: events are `client`.
    fn kind(&self) -> &str;
    /// The request's URL; empty where there is none.
    fn url(&self) -> &str;
    /// The request's method; empty where there is none.
    fn method(&self) -> &str;
    /// The HTTP status.
    fn status(&self) -> Option<u16>;
    /// Whether it failed.
    fn is_error(&self) -> bool;
    /// An attribute as text, by the span's name for it.
    fn attribute(&self, key: &str) -> Option<String>;
    /// What sampling decides by.
    fn sampled_by(&self) -> SampledBy<'_>;
    /// Changes the name.
    fn rename(&mut self, edit: Edit<'_>);
    /// Changes the texts of a part. `whole`: what is no text is replaced, too.
    fn redact(&mut self, part: &Part, whole: bool, edit: Edit<'_>);
}

/// What sampling decides by.
#[derive(Debug, Clone, Copy)]
pub enum SampledBy<'a> {
    /// The trace: so all its spans stay, or none, on every gateway.
    Trace(TraceId),
    /// A session or an event without a trace.
    Text(&'a str),
}

impl SampledBy<'_> {
    /// 56 bits that are the same for everything that must stay together. Of a trace id they are the last seven bytes,
    /// as in OpenTelemetry's consistent probability sampling, so that Collectors decide alike.
    pub fn randomness(self) -> u64 {
        match self {
            Self::Trace(id) => id.randomness(),
            Self::Text(text) => {
                // FNV-1a; its low bits are good enough, its high ones after this mix (MurmurHash3, fmix64).
                let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
                });
                let mixed = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
                let mixed = (mixed ^ mixed >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
                (mixed ^ mixed >> 33) >> 8
            }
        }
    }
}

/// What may be redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All URLs.
    Url,
    /// The name.
    Name,
    /// Messages: of the result, of the status, of exceptions.
    Message,
    /// The view's name.
    View,
    /// The user's id.
    User,
    /// All attributes; of an event, the application's properties.
    Attributes,
    /// One attribute.
    Attribute(String),
}

impl Part {
    /// All but single attributes.
    pub const ALL: [Self; 6] = [Self::Url, Self::Name, Self::Message, Self::View, Self::User, Self::Attributes];

    /// The part that the file calls so.
    pub fn named(name: &str) -> Self {
        match name {
            "url" => Self::Url,
            "name" => Self::Name,
            "message" => Self::Message,
            "view" => Self::View,
            "user" => Self::User,
            "attributes" => Self::Attributes,
            other => Self::Attribute(other.to_owned()),
        }
    }
}
