//! In whose name an event speaks: application, user, session, view.

mod model;
mod session;

pub use model::{AppType, Context, Scene, View};
pub use session::{Limits, Session, is_user};
