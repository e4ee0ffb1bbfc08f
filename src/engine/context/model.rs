//! What all events of a page share, and what changes while it is open.

use std::rc::Rc;

use crate::engine::text::Out;

/// What kind of host the agent runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AppType {
    /// A web page.
    #[default]
    Browser,
    /// A mini-program.
    MiniApp,
}

/// Whether this build may be a mini-program's. A browser's module leaves out what only mini-programs need.
const MAY_BE_MINIAPP: bool = cfg!(any(feature = "miniapp", not(target_arch = "wasm32")));

impl AppType {
    /// A mini-program, in a build that may be one.
    pub fn is_miniapp(self) -> bool {
        MAY_BE_MINIAPP && self == Self::MiniApp
    }

    /// The bundle's `app.type`, also used in `tracestate`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::MiniApp => "miniapp",
        }
    }
}

/// What all events of a page share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Kind of host.
    pub app: AppType,
    /// `uid_` and 16 characters.
    pub user: Out,
    /// The present session and view. A request keeps those in which it started.
    pub scene: Rc<Scene>,
    /// The connection's effective type as the host names it (`4g`); empty if it does not.
    pub network: String,
}

/// A session and a view in it; a change of either gives a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// 32 hex digits.
    pub session: Out,
    /// Whether this session reports at all (`sessionConfig.sampleRate`).
    pub sampled: bool,
    /// The view that is shown.
    pub view: View,
}

/// A page, route or screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// 32 hex digits, new for every visit of a view.
    pub id: Out,
    /// The page's path, or the application's name for the view.
    pub name: String,
}
