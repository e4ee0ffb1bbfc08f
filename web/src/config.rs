//! The options of the agent, typed. Names and defaults are those of the agent's own table: `tests/options` compares them.

mod app;
mod functions;
mod members;
mod rule;
mod settings;
mod tracing;

pub use app::Config;
pub(crate) use functions::Functions;
pub use members::{Members, Scalar};
#[cfg(target_arch = "wasm32")]
pub(crate) use rule::Kind as RuleKind;
pub use rule::Rule;
pub use settings::{Exporter, Filters, RemoteConfig, ReportConfig, SessionConfig, Storage};
pub use tracing::{AllowedUrl, Propagator, Tracing, Unsampled};
