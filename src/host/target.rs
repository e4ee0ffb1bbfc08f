//! The kind of host that this build is for: a browser, or a mini-program with the feature `miniapp`. Neither build carries
//! what only the other one needs.

#[cfg(not(feature = "miniapp"))]
use crate::door::Start;
#[cfg(feature = "miniapp")]
use crate::door::{Interface, KIND};
use crate::engine::context::AppType;
use crate::engine::event::Kind;

/// The `app.type` of events.
pub const APP: AppType = if cfg!(feature = "miniapp") { AppType::MiniApp } else { AppType::Browser };

/// Whether the host is a page. Only a page is frozen, goes away, or comes back from a cache.
pub const PAGES: bool = !cfg!(feature = "miniapp");

/// The interface that the flags of a start name, if they name one.
#[cfg(not(feature = "miniapp"))]
pub fn kind(flags: u32) -> Option<Kind> {
    Some(if Start::Xhr.is_in(flags) { Kind::Xhr } else { Kind::Fetch })
}

/// The interface that the flags of a start name, if they name one.
#[cfg(feature = "miniapp")]
pub fn kind(flags: u32) -> Option<Kind> {
    Some(match Interface::from(flags / KIND)? {
        Interface::Request => Kind::Request,
        Interface::HttpRequest => Kind::HttpRequest,
        Interface::UploadFile => Kind::UploadFile,
        Interface::DownloadFile => Kind::DownloadFile,
    })
}
