//! In whose name an event speaks: application, user, session, view.

mod model;

pub use model::{AppType, Context, View};
