//! When a rule is for an event or a span.

use regex::Regex;

use super::subject::Subject;

/// All of these must hold; what is `None` or empty holds always.
#[derive(Debug, Default)]
pub struct Condition {
    /// Any of these `pid`s.
    pub apps: Option<Vec<String>>,
    /// Any of these services.
    pub services: Option<Vec<String>>,
    /// Any of these methods.
    pub methods: Option<Vec<String>>,
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
    /// Any of these statuses.
    pub statuses: Option<Vec<Status>>,
    /// Whether it failed.
    pub error: Option<bool>,
    /// On the URL.
    pub url: Option<Regex>,
    /// On the name.
    pub name: Option<Regex>,
    /// On attributes, each by its name.
    pub attributes: Vec<(String, Regex)>,
}

/// HTTP statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// One.
    One(u16),
    /// A hundred of them: `4xx`.
    Class(u16),
}

impl Condition {
    /// Whether it holds. What costs least is asked first.
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        let any = |list: &Option<Vec<String>>, given: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|one| one == given))
        };
        any(&self.apps, subject.app())
            && any(&self.services, subject.service())
            && any(&self.kinds, subject.kind())
            && any(&self.methods, subject.method())
            && self.statuses.as_ref().is_none_or(|list| list.iter().any(|one| one.fits(subject.status())))
            && self.error.is_none_or(|error| subject.is_error() == error)
            && self.name.as_ref().is_none_or(|name| name.is_match(subject.name()))
            && self.url.as_ref().is_none_or(|url| url.is_match(subject.url()))
            && self
                .attributes
                .iter()
                .all(|(key, value)| subject.attribute(key).is_some_and(|given| value.is_match(&given)))
    }

    /// Whether it holds for a resource, of which only application, service and attributes are known.
    pub fn is_of_resources(&self) -> bool {
        let Self { apps: _, services: _, methods, kinds, statuses, error, url, name, attributes: _ } = self;
        methods.is_none() && kinds.is_none() && statuses.is_none() && error.is_none() && url.is_none() && name.is_none()
    }
}

impl Status {
    /// Reads `404` or `4xx`.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = |code: u16| (100..1000).contains(&code);
        if let Some(class) = text.strip_suffix("xx") {
            return class
                .parse::<u16>()
                .ok()
                .map(|class| class.saturating_mul(100))
                .filter(|code| valid(*code))
                .map(Self::Class);
        }
        text.parse().ok().filter(|code| valid(*code)).map(Self::One)
    }

    fn fits(self, status: Option<u16>) -> bool {
        match self {
            Self::One(code) => status == Some(code),
            Self::Class(code) => status.is_some_and(|status| status / 100 * 100 == code),
        }
    }
}
