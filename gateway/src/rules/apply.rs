//! Runs the rules on one event or span.

use std::borrow::Cow;

use regex::{NoExpand, Regex};
use serde_json::{Map, Value};

use super::{
    compile::{Action, Rules},
    span::{self, Resource},
    subject::Subject,
};

/// What becomes of an event or a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Kept,
    /// A rule drops it.
    Dropped,
    /// A rule samples, and its trace is not among those that stay.
    SampledOut,
}

/// How many events or spans of one request the rules have left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// By `drop`.
    pub dropped: usize,
    /// By `sample`.
    pub sampled_out: usize,
}

impl LeftOut {
    /// Counts one; `true` where it stays.
    pub fn keeps(&mut self, fate: Fate) -> bool {
        match fate {
            Fate::Kept => return true,
            Fate::Dropped => self.dropped += 1,
            Fate::SampledOut => self.sampled_out += 1,
        }
        false
    }

    /// All.
    pub fn total(self) -> usize {
        self.dropped + self.sampled_out
    }
}

impl Rules {
    /// Runs all rules in the order of the file; each sees what those before it have changed.
    pub fn apply(&self, subject: &mut dyn Subject) -> Fate {
        for rule in &self.rules {
            if !rule.when.holds(subject) {
                continue;
            }
            match &rule.action {
                Action::Drop => return Fate::Dropped,
                Action::Sample(threshold) if subject.sampled_by().randomness() < *threshold => return Fate::SampledOut,
                Action::Sample(_) => {}
                Action::Rename(regex, with) => subject.rename(&|name| changed(regex.replace_all(name, with))),
                Action::Redact(parts, regex, with) => {
                    for part in parts {
                        subject.redact(part, regex.is_none(), &|text| redacted(regex.as_ref(), with, text));
                    }
                }
            }
        }
        Fate::Kept
    }

    /// Redacts what spans share. Only rules whose condition a resource can answer are run.
    pub fn apply_to_resource(&self, app: &str, service: &str, attributes: &mut Map<String, Value>) {
        for rule in &self.rules {
            if let Action::Redact(parts, regex, with) = &rule.action
                && rule.when.is_of_resources()
                && rule.when.holds(&Resource { app, service, attributes })
            {
                for part in parts {
                    span::redact_resource(attributes, part, regex.is_none(), &|text| {
                        redacted(regex.as_ref(), with, text)
                    });
                }
            }
        }
    }
}

fn redacted(regex: Option<&Regex>, with: &str, text: &str) -> Option<String> {
    match regex {
        Some(regex) => changed(regex.replace_all(text, NoExpand(with))),
        None => (!text.is_empty() && text != with).then(|| with.to_owned()),
    }
}

fn changed(text: Cow<'_, str>) -> Option<String> {
    match text {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text),
    }
}
