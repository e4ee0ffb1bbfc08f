//! From the file as written to rules that run: regexes within bounds, one action for each rule.

use regex::{Regex, RegexBuilder};
use toml::Value;

use super::{
    BadRules,
    bad::quoted,
    condition::{Condition, Status},
    file::{self, Entry, Redact, Rename, When},
    remote::Applications,
    subject::Part,
};
use crate::limits::{PATTERN_CHARS, REGEX_BYTES, REGEXES, RULES, TEXT_CHARS};

/// What stands in the place of what is redacted, unless the rule says otherwise.
const REDACTED: &str = "REDACTED";

/// Kinds of span, as the API shows them.
const KINDS: &[&str] = &["unspecified", "internal", "server", "client", "producer", "consumer"];

/// All that a file says.
#[derive(Debug, Default)]
pub struct Rules {
    /// In the order of the file.
    pub(super) rules: Vec<Rule>,
    /// What agents are told.
    pub applications: Applications,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, or its number from 1.
    pub name: String,
    /// When it runs.
    pub when: Condition,
    /// What it does.
    pub action: Action,
}

/// What a rule does.
#[derive(Debug)]
pub enum Action {
    /// Leaves the event or span out.
    Drop,
    /// Leaves it out where its trace's randomness is below this threshold, of 2^56.
    Sample(u64),
    /// Replaces matches in the name.
    Rename(Regex, String),
    /// Replaces matches in these parts; without a regex the whole text.
    Redact(Vec<Part>, Option<Regex>, String),
}

impl Rules {
    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, BadRules> {
        let file = file::parse(text)?;
        if file.rule.len() > RULES {
            return Err(BadRules::at(text, &format!("rule[{RULES}]"), format!("there may be {RULES} rules at most")));
        }
        let mut compiler = Compiler { text, regexes: 0 };
        let rules = file.rule.into_iter().enumerate().map(|(index, entry)| compiler.rule(index, entry));
        Ok(Self { rules: rules.collect::<Result<_, _>>()?, applications: Applications::new(text, file.app)? })
    }

    /// Whether no rule could change anything.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

struct Compiler<'a> {
    text: &'a str,
    /// Regexes so far.
    regexes: usize,
}

impl Compiler<'_> {
    fn bad(&self, key: &str, reason: impl Into<String>) -> BadRules {
        BadRules::at(self.text, key, reason)
    }

    fn rule(&mut self, index: usize, entry: Entry) -> Result<Rule, BadRules> {
        let key = format!("rule[{index}]");
        let when = self.condition(&format!("{key}.when"), entry.when)?;
        let mut actions = Vec::new();
        if let Some(drop) = entry.drop {
            if !drop {
                return Err(self.bad(&format!("{key}.drop"), "can only be true; leave the rule out instead"));
            }
            actions.push(Action::Drop);
        }
        if let Some(percent) = entry.sample {
            if !(0.0..=100.0).contains(&percent) {
                return Err(self.bad(&format!("{key}.sample"), "must be per cent, from 0 to 100"));
            }
            actions.push(Action::Sample(((1.0 - percent / 100.0) * (1_u64 << 56) as f64).round() as u64));
        }
        if let Some(Rename { r#match, with }) = entry.rename {
            let regex = self.replacing(&format!("{key}.rename.match"), &r#match)?;
            actions.push(Action::Rename(regex, self.short(&format!("{key}.rename.with"), with)?));
        }
        if let Some(Redact { r#in, r#match, with }) = entry.redact {
            if r#in.is_none() && r#match.is_none() {
                return Err(self.bad(&format!("{key}.redact"), "needs in or match, or both"));
            }
            let parts =
                r#in.map_or_else(|| Part::ALL.to_vec(), |names| names.iter().map(|name| Part::named(name)).collect());
            if parts.is_empty() {
                return Err(self.bad(&format!("{key}.redact.in"), "names nothing"));
            }
            let regex = r#match.map(|pattern| self.replacing(&format!("{key}.redact.match"), &pattern)).transpose()?;
            let with = with.unwrap_or_else(|| REDACTED.to_owned());
            actions.push(Action::Redact(parts, regex, self.short(&format!("{key}.redact.with"), with)?));
        }
        let one_action = "needs one of drop, sample, rename and redact";
        let action = actions.pop().filter(|_| actions.is_empty()).ok_or_else(|| self.bad(&key, one_action))?;
        let name = self.short(&format!("{key}.name"), entry.name.unwrap_or_else(|| (index + 1).to_string()))?;
        Ok(Rule { name, when, action })
    }

    fn condition(&mut self, key: &str, when: When) -> Result<Condition, BadRules> {
        let at = |name: &str| format!("{key}.{name}");
        let statuses = when.status.map(|given| {
            let key = at("status");
            let list = self.texts(&key, given)?;
            let parse = |text: &String| Status::parse(text);
            let parsed = list.iter().map(|text| {
                parse(text).ok_or_else(|| self.bad(&key, format!("{text} is no HTTP status; write 404 or \"4xx\"")))
            });
            parsed.collect::<Result<Vec<_>, _>>()
        });
        let kinds = self.list(&at("kind"), when.kind)?;
        if let Some(other) = kinds.iter().flatten().find(|kind| !KINDS.contains(&kind.as_str())) {
            return Err(self.bad(&at("kind"), format!("{other} is none of {}", KINDS.join(", "))));
        }
        let mut attributes = Vec::new();
        for (name, pattern) in when.attributes {
            let key = format!("{}.{}", at("attributes"), quoted(&name));
            attributes.push((name, self.regex(&key, &pattern)?));
        }
        Ok(Condition {
            apps: self.list(&at("app"), when.app)?,
            services: self.list(&at("service"), when.service)?,
            methods: self.list(&at("method"), when.method)?,
            kinds,
            statuses: statuses.transpose()?,
            error: when.error,
            url: when.url.map(|pattern| self.regex(&at("url"), &pattern)).transpose()?,
            name: when.name.map(|pattern| self.regex(&at("name"), &pattern)).transpose()?,
            attributes,
        })
    }

    fn list(&self, key: &str, given: Option<Value>) -> Result<Option<Vec<String>>, BadRules> {
        given.map(|given| self.texts(key, given)).transpose()
    }

    /// One text or a list of them; numbers as text.
    fn texts(&self, key: &str, given: Value) -> Result<Vec<String>, BadRules> {
        let list = match given {
            Value::Array(list) => list,
            one => vec![one],
        };
        if list.is_empty() {
            return Err(self.bad(key, "is an empty list, which would fit nothing"));
        }
        let texts = list.into_iter().map(|one| match one {
            Value::String(text) => Ok(text),
            Value::Integer(number) => Ok(number.to_string()),
            _ => Err(self.bad(key, "must be a text or a list of texts")),
        });
        texts.collect()
    }

    /// A regex whose matches are replaced: one that matches nothing at all would fit between any two characters.
    fn replacing(&mut self, key: &str, pattern: &str) -> Result<Regex, BadRules> {
        let regex = self.regex(key, pattern)?;
        if regex.is_match("") {
            return Err(self.bad(key, "must not match the empty text"));
        }
        Ok(regex)
    }

    /// `regex` needs time in proportion to the text, whatever the pattern; these bounds are for its memory.
    fn regex(&mut self, key: &str, pattern: &str) -> Result<Regex, BadRules> {
        self.regexes += 1;
        if self.regexes > REGEXES {
            return Err(self.bad(key, format!("there may be {REGEXES} regexes at most")));
        }
        if pattern.chars().count() > PATTERN_CHARS {
            return Err(self.bad(key, format!("is over {PATTERN_CHARS} characters")));
        }
        let mut builder = RegexBuilder::new(pattern);
        builder.size_limit(REGEX_BYTES).dfa_size_limit(REGEX_BYTES).nest_limit(50);
        builder.build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => self.bad(key, "is too large when it is compiled; repeat less"),
            error => self.bad(key, format!("is no regex: {}", last_line(&error.to_string()))),
        })
    }

    fn short(&self, key: &str, text: String) -> Result<String, BadRules> {
        if text.chars().count() > TEXT_CHARS {
            return Err(self.bad(key, format!("is over {TEXT_CHARS} characters")));
        }
        Ok(text)
    }
}

/// `regex` draws the pattern above its reason.
fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ")
}
