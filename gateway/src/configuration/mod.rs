//! From flags, environment and file to settings: [`layers`] joins the three by precedence, [`values`] reads single
//! values and says where a wrong one came from, [`plan`] knows the keys, [`check`] says what the gateway would do.

pub mod check;
mod headers;
mod layers;
pub mod plan;
mod values;

pub use layers::Layers;
pub use plan::{LogFormat, Plan};
pub use values::BadSetting;
