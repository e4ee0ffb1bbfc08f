//! What an event is of: its `type`.

/// What an event is of: the interface that made the request, or what was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
    /// A mini-program's `request`.
    Request,
    /// What DingTalk, and Alipay of old, call it.
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
    /// An event of the application's own making.
    Custom,
}

impl Kind {
    /// As it stands in the event: the host's own name for an interface, in browsers the `initiatorType` of Resource
    /// Timing.
    #[inline(never)]
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::HttpRequest => "httpRequest",
            Self::UploadFile => "uploadFile",
            Self::DownloadFile => "downloadFile",
            // A mini-program makes no event of another kind: its package need not carry their names.
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
