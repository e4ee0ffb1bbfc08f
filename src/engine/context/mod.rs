//! The context of an event: application, user, session, view.

mod model;
mod session;

pub use model::{AppType, Context, Scene, View};
pub use session::{Lifetime, Session, is_user, write_user};
