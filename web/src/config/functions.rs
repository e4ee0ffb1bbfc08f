//! The application's functions, which the agent calls.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Object;

use crate::evaluation::{ApiCall, Evaluation};

/// A function that names something by its URL.
pub type Name = Rc<dyn Fn(&str) -> Option<String>>;
/// What an evaluation waits for.
pub type Judgement = Pin<Box<dyn Future<Output = Option<Evaluation>>>>;

/// The functions of a configuration.
#[derive(Clone, Default)]
pub struct Functions {
    pub resource_name: Option<Name>,
    pub view_name: Option<Name>,
    pub evaluate: Option<Rc<dyn Fn(ApiCall) -> Judgement>>,
    pub report: Option<Rc<dyn Fn(Object) -> Option<Object>>>,
}

impl fmt::Debug for Functions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Functions")
            .field("parse_resource_name", &self.resource_name.is_some())
            .field("parse_view_name", &self.view_name.is_some())
            .field("evaluate_api", &self.evaluate.is_some())
            .field("before_report", &self.report.is_some())
            .finish()
    }
}
