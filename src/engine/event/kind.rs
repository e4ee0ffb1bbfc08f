//! The `type` of an event.

/// The `type` of an event: the interface that made the request, or the kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
    /// A mini-program's `request`.
    Request,
    /// The same on DingTalk and older Alipay.
    HttpRequest,
    /// A mini-program's `uploadFile`.
    UploadFile,
    /// A mini-program's `downloadFile`.
    DownloadFile,
    /// The page's document.
    Document,
    /// A script.
    Script,
    /// An image.
    Image,
    /// Sound or film.
    Media,
    /// A frame's document.
    Frame,
    /// `navigator.sendBeacon()` or a hyperlink's `ping`.
    Beacon,
    /// A font.
    Font,
    /// A style sheet.
    Css,
    /// Any other static resource.
    Other,
    /// An event that the application has made.
    Custom,
}

impl Kind {
    /// Its name in the event: the host's name for an interface, in browsers the `initiatorType` of Resource Timing.
    #[inline(never)]
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::HttpRequest => "httpRequest",
            Self::UploadFile => "uploadFile",
            Self::DownloadFile => "downloadFile",
            // A mini-program has no events of other kinds, and its package leaves their names out.
            _ if cfg!(feature = "miniapp") => "",
            Self::Fetch => "fetch",
            Self::Xhr => "xmlhttprequest",
            Self::Document => "document",
            Self::Script => "script",
            Self::Image => "img",
            Self::Media => "media",
            Self::Frame => "iframe",
            Self::Beacon => "beacon",
            Self::Font => "font",
            Self::Css => "css",
            Self::Other => "other",
            Self::Custom => "custom",
        }
    }
}
