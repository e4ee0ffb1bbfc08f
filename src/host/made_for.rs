//! What this module is made for: a browser, or with the feature `miniapp` a mini-program. What the other one says is not in it.

use crate::engine::context::AppType;
use crate::engine::event::Kind;

/// Its kind of host.
pub const APP: AppType = if cfg!(feature = "miniapp") { AppType::MiniApp } else { AppType::Browser };

/// Only a page says that it goes away, is frozen, or comes out of a cache.
pub const PAGES: bool = !cfg!(feature = "miniapp");

/// The interface that the flags of a start name.
#[cfg(not(feature = "miniapp"))]
pub fn kind(flags: u32) -> Kind {
    if flags & 1 != 0 { Kind::Xhr } else { Kind::Fetch }
}

/// The interface that the flags of a start name.
#[cfg(feature = "miniapp")]
pub fn kind(flags: u32) -> Kind {
    match flags >> 4 {
        0 => Kind::Request,
        1 => Kind::HttpRequest,
        2 => Kind::UploadFile,
        _ => Kind::DownloadFile,
    }
}
