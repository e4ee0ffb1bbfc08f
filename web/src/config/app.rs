//! The whole of the options.

use std::future::Future;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Exporter, Filters, Functions, Members, RemoteConfig, ReportConfig, Rule, Scalar, SessionConfig, Tracing};
use crate::evaluation::{ApiCall, Evaluation};

/// The agent's options. The names in JSON are those of `docs/options.md`.
///
/// ```
/// use tracebeam_web::{Config, Tracing};
///
/// let config = Config::new("shop", "https://rum.example.com/rum")
///     .env("staging")
///     .version(env!("CARGO_PKG_VERSION"))
///     .tracing(Tracing::default().allow("https://api.example.com"))
///     .user("name", "Ann")
///     .parse_view_name(|url| url.contains("/cart").then(|| "cart".to_owned()));
/// assert_eq!(config.env, "staging");
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// The application's id. Required.
    pub pid: String,
    /// Where batches are sent: an http or https URL, absolute or relative to the page. Required.
    pub endpoint: String,
    /// The application's environment. By default `prod`.
    pub env: String,
    /// The application's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which requests carry trace headers. By default none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracing: Option<Tracing>,
    /// What is known about the user. `id` is the agent's own.
    #[serde(skip_serializing_if = "Members::is_empty")]
    pub user: Members,
    /// What is sent with every batch.
    #[serde(skip_serializing_if = "Members::is_empty")]
    pub properties: Members,
    /// What is known about the application. `name` is the name of the service: `service.name` of the spans. `id`, `env`,
    /// `version` and `type` have options of their own.
    #[serde(skip_serializing_if = "Members::is_empty")]
    pub app: Members,
    /// Requests that are left out.
    pub filters: Filters,
    /// When batches are sent.
    pub report_config: ReportConfig,
    /// How long sessions last, and how many are recorded.
    pub session_config: SessionConfig,
    /// Whether the agent asks the endpoint for settings. By default it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_config: Option<RemoteConfig>,
    /// The format that the endpoint takes.
    pub exporter: Exporter,
    #[serde(skip)]
    pub(crate) functions: Functions,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            pid: String::new(),
            endpoint: String::new(),
            env: "prod".to_owned(),
            version: None,
            tracing: None,
            user: Members::new(),
            properties: Members::new(),
            app: Members::new(),
            filters: Filters::default(),
            report_config: ReportConfig::default(),
            session_config: SessionConfig::default(),
            remote_config: None,
            exporter: Exporter::default(),
            functions: Functions::default(),
        }
    }
}

impl Config {
    /// The two options that are required, and the defaults of all others.
    pub fn new(pid: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self { pid: pid.into(), endpoint: endpoint.into(), ..Self::default() }
    }

    /// Sets [`Config::env`].
    #[must_use]
    pub fn env(mut self, env: impl Into<String>) -> Self {
        self.env = env.into();
        self
    }

    /// Sets [`Config::version`].
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Turns tracing on.
    #[must_use]
    pub fn tracing(mut self, tracing: Tracing) -> Self {
        self.tracing = Some(tracing);
        self
    }

    /// Adds a member to [`Config::user`].
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.user.insert(name.into(), value.into());
        self
    }

    /// Adds a member to [`Config::properties`].
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.properties.insert(name.into(), value.into());
        self
    }

    /// Adds a member to [`Config::app`].
    #[must_use]
    pub fn app(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.app.insert(name.into(), value.into());
        self
    }

    /// Adds a rule to [`Filters::resource`]: its requests are neither traced nor reported.
    #[must_use]
    pub fn ignore(mut self, rule: impl Into<Rule>) -> Self {
        self.filters.resource.push(rule.into());
        self
    }

    /// Sets [`Config::report_config`].
    #[must_use]
    pub fn report_config(mut self, report: ReportConfig) -> Self {
        self.report_config = report;
        self
    }

    /// Sets [`Config::session_config`].
    #[must_use]
    pub fn session_config(mut self, session: SessionConfig) -> Self {
        self.session_config = session;
        self
    }

    /// Lets the endpoint change settings.
    #[must_use]
    pub fn remote_config(mut self, remote: RemoteConfig) -> Self {
        self.remote_config = Some(remote);
        self
    }

    /// Sets [`Config::exporter`].
    #[must_use]
    pub fn exporter(mut self, exporter: Exporter) -> Self {
        self.exporter = exporter;
        self
    }

    /// Names the event of a request or resource by its URL; `None` leaves the name that the agent gives.
    #[must_use]
    pub fn parse_resource_name(mut self, name: impl Fn(&str) -> Option<String> + 'static) -> Self {
        self.functions.resource_name = Some(Rc::new(name));
        self
    }

    /// Names a view by the page's URL; `None` leaves the name that the agent gives.
    #[must_use]
    pub fn parse_view_name(mut self, name: impl Fn(&str) -> Option<String> + 'static) -> Self {
        self.functions.view_name = Some(Rc::new(name));
        self
    }

    /// Judges a request that has ended; `None` leaves the agent's own judgement. The page never waits for it.
    ///
    /// ```
    /// use tracebeam_web::{Config, Evaluation};
    ///
    /// let config = Config::new("shop", "/rum").evaluate_api(|call| async move {
    ///     (call.status() == Some(404)).then(|| Evaluation::default().success(true).message("nothing in stock"))
    /// });
    /// ```
    #[must_use]
    pub fn evaluate_api<F>(mut self, judge: impl Fn(ApiCall) -> F + 'static) -> Self
    where
        F: Future<Output = Option<Evaluation>> + 'static,
    {
        self.functions.evaluate = Some(Rc::new(move |call| Box::pin(judge(call))));
        self
    }

    /// Sees every bundle before it is sent, and may change it or keep it back with `None`. `docs/events.md` describes a
    /// bundle's members. With [`Exporter::Otlp`], it is the request of OTLP/HTTP JSON.
    #[must_use]
    pub fn before_report(mut self, revise: impl Fn(js_sys::Object) -> Option<js_sys::Object> + 'static) -> Self {
        self.functions.report = Some(Rc::new(revise));
        self
    }
}
