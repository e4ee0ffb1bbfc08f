//! `tracing`: which requests carry trace headers, and which headers.

use serde::{Deserialize, Serialize};

use super::Rule;

/// Which requests carry trace headers, and which headers. Requests to the page's own origin are traced; requests to
/// another origin only where [`Tracing::allowed_urls`] names it.
///
/// ```
/// use tracebeam_web::{Propagator, Rule, Tracing};
///
/// let tracing = Tracing::default()
///     .sample(25.0)
///     .allow("https://api.example.com")
///     .allow_with(Rule::predicate(|url| url.contains("/legacy/")), [Propagator::B3]);
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tracing {
    /// `false`: no headers are written. By default `true`.
    pub enable: bool,
    /// The share of requests that are sampled, in percent. By default 100.
    pub sample: f64,
    /// Whether W3C requests carry a `tracestate` member of the agent's. By default `true`.
    pub tracestate: bool,
    /// Whether traced requests carry `baggage`. By default `false`.
    pub baggage: bool,
    /// The protocols. [`Propagator::Sw8`], where it is among several, is used alone. By default W3C Trace Context.
    pub propagator_types: Vec<Propagator>,
    /// What is traced beside the page's own origin; the first entry that matches decides. Up to 200.
    pub allowed_urls: Vec<AllowedUrl>,
    /// What a request carries that is not sampled. By default headers that say so.
    pub unsampled: Unsampled,
}

impl Default for Tracing {
    fn default() -> Self {
        Self {
            enable: true,
            sample: 100.0,
            tracestate: true,
            baggage: false,
            propagator_types: vec![Propagator::TraceContext],
            allowed_urls: Vec::new(),
            unsampled: Unsampled::Flag,
        }
    }
}

impl Tracing {
    /// Sets [`Tracing::sample`], in percent.
    #[must_use]
    pub fn sample(mut self, percent: f64) -> Self {
        self.sample = percent;
        self
    }

    /// Sets [`Tracing::tracestate`].
    #[must_use]
    pub fn tracestate(mut self, on: bool) -> Self {
        self.tracestate = on;
        self
    }

    /// Sets [`Tracing::baggage`].
    #[must_use]
    pub fn baggage(mut self, on: bool) -> Self {
        self.baggage = on;
        self
    }

    /// Sets [`Tracing::propagator_types`].
    #[must_use]
    pub fn propagators(mut self, types: impl IntoIterator<Item = Propagator>) -> Self {
        self.propagator_types = types.into_iter().collect();
        self
    }

    /// Adds a rule to [`Tracing::allowed_urls`]. The server there must allow the headers by CORS.
    #[must_use]
    pub fn allow(mut self, rule: impl Into<Rule>) -> Self {
        self.allowed_urls.push(AllowedUrl { rule: rule.into(), propagator_types: None });
        self
    }

    /// Adds a rule whose requests use protocols of their own. None at all means that they are not traced.
    #[must_use]
    pub fn allow_with(mut self, rule: impl Into<Rule>, types: impl IntoIterator<Item = Propagator>) -> Self {
        let propagator_types = Some(types.into_iter().collect());
        self.allowed_urls.push(AllowedUrl { rule: rule.into(), propagator_types });
        self
    }

    /// Sets [`Tracing::unsampled`].
    #[must_use]
    pub fn unsampled(mut self, unsampled: Unsampled) -> Self {
        self.unsampled = unsampled;
        self
    }
}

/// An entry of [`Tracing::allowed_urls`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedUrl {
    /// The URLs that it means.
    #[serde(rename = "match")]
    pub rule: Rule,
    /// The protocols of these requests; where there is nothing, those of [`Tracing`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub propagator_types: Option<Vec<Propagator>>,
}

/// A protocol of trace headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Propagator {
    /// W3C Trace Context: `traceparent` and `tracestate`.
    TraceContext,
    /// B3 in one header, `b3`.
    B3,
    /// B3 in several headers, `X-B3-*`.
    B3Multi,
    /// Jaeger: `uber-trace-id`.
    Jaeger,
    /// SkyWalking: `sw8`.
    Sw8,
}

/// What a request carries that is not sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unsampled {
    /// Headers that say that it is not sampled.
    #[default]
    Flag,
    /// No headers.
    Omit,
}
