//! A request that has ended, and what the application says of it.

use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use crate::{Members, Scalar};

/// A request that has ended, for [`Config::evaluate_api`](crate::Config::evaluate_api).
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// The absolute URL.
    pub url: String,
    /// The method.
    pub method: String,
    /// A copy of the `Response`, so its body can be read; of an `XMLHttpRequest`, what its `response` is.
    pub response: JsValue,
    /// The error that the application got instead of a response.
    pub error: JsValue,
    /// The `XMLHttpRequest`, if it was one.
    pub xhr: JsValue,
}

impl ApiCall {
    /// The HTTP status. `None` where there was no answer.
    pub fn status(&self) -> Option<u16> {
        let status = match self.response.dyn_ref::<web_sys::Response>() {
            Some(response) => response.status(),
            None => self.xhr.dyn_ref::<web_sys::XmlHttpRequest>()?.status().ok()?,
        };
        (status > 0).then_some(status)
    }
}

/// What the application says of a request. Members that are not set stay as the agent has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    properties: Members,
}

impl Evaluation {
    /// The name of its event.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Why it has this outcome.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Whether it succeeded in the application's terms.
    #[must_use]
    pub fn success(mut self, success: bool) -> Self {
        self.success = Some(success.into());
        self
    }

    /// A status in the application's terms.
    #[must_use]
    pub fn status_code(mut self, code: impl Into<Scalar>) -> Self {
        self.status_code = Some(code.into());
        self
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub fn duration(mut self, milliseconds: f64) -> Self {
        self.duration = Some(milliseconds);
        self
    }

    /// Adds a property to its event.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.properties.insert(name.into(), value.into());
        self
    }

    /// Takes the name of `other` where it has none.
    pub(crate) fn or_named(mut self, other: Self) -> Self {
        self.name = self.name.or(other.name);
        self
    }
}
