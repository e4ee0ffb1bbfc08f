//! The view: static files, built into the program or read from a directory.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use super::problem::Problem;

/// The page that `/` shows.
const INDEX: &str = "/view.html";

/// Nothing but the view's own files may run or load.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

macro_rules! built_in {
    ($($path:literal: $kind:literal),* $(,)?) => {
        &[$(($path, $kind, include_bytes!(concat!("../../../www", $path)).as_slice())),*]
    };
}

/// Path, content type, content.
const FILES: &[(&str, &str, &[u8])] = built_in! {
    "/view.html": "text/html; charset=utf-8",
    "/icon.svg": "image/svg+xml",
    "/fonts/inter.woff2": "font/woff2",
    "/css/base.css": "text/css; charset=utf-8",
    "/css/events.css": "text/css; charset=utf-8",
    "/css/lists.css": "text/css; charset=utf-8",
    "/css/session.css": "text/css; charset=utf-8",
    "/css/topology.css": "text/css; charset=utf-8",
    "/css/view.css": "text/css; charset=utf-8",
    "/css/waterfall.css": "text/css; charset=utf-8",
    "/js/dom.js": "text/javascript; charset=utf-8",
    "/js/format.js": "text/javascript; charset=utf-8",
    "/js/gateway.js": "text/javascript; charset=utf-8",
    "/js/hints.js": "text/javascript; charset=utf-8",
    "/js/layout.js": "text/javascript; charset=utf-8",
    "/js/phases.js": "text/javascript; charset=utf-8",
    "/js/span-details.js": "text/javascript; charset=utf-8",
    "/js/theme.js": "text/javascript; charset=utf-8",
    "/js/waterfall.js": "text/javascript; charset=utf-8",
    "/js/view/fill.js": "text/javascript; charset=utf-8",
    "/js/view/filters.js": "text/javascript; charset=utf-8",
    "/js/view/graph.js": "text/javascript; charset=utf-8",
    "/js/view/keys.js": "text/javascript; charset=utf-8",
    "/js/view/layers.js": "text/javascript; charset=utf-8",
    "/js/view/live.js": "text/javascript; charset=utf-8",
    "/js/view/main.js": "text/javascript; charset=utf-8",
    "/js/view/pages.js": "text/javascript; charset=utf-8",
    "/js/view/parts.js": "text/javascript; charset=utf-8",
    "/js/view/request-facts.js": "text/javascript; charset=utf-8",
    "/js/view/request.js": "text/javascript; charset=utf-8",
    "/js/view/requests.js": "text/javascript; charset=utf-8",
    "/js/view/route.js": "text/javascript; charset=utf-8",
    "/js/view/session.js": "text/javascript; charset=utf-8",
    "/js/view/sessions.js": "text/javascript; charset=utf-8",
    "/js/view/steps.js": "text/javascript; charset=utf-8",
    "/js/view/theme.js": "text/javascript; charset=utf-8",
    "/js/view/times.js": "text/javascript; charset=utf-8",
    "/js/view/topology.js": "text/javascript; charset=utf-8",
    "/js/view/trace.js": "text/javascript; charset=utf-8",
    "/js/view/traces.js": "text/javascript; charset=utf-8",
};

/// The view, on every path that has no endpoint.
pub fn pages(www: Option<&Path>) -> Router {
    let pages = match www {
        Some(directory) => Router::new()
            .route_service("/", ServeFile::new(directory.join("view.html")))
            .fallback_service(ServeDir::new(directory).append_index_html_on_directories(false)),
        None => Router::new().fallback(built_in),
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // The files carry no version in their names.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    headers
        .into_iter()
        .fold(pages, |pages, (name, value)| pages.layer(SetResponseHeaderLayer::if_not_present(name, value)))
}

async fn built_in(request: Request) -> Response {
    let path = match request.uri().path() {
        "/" => INDEX,
        path => path,
    };
    match FILES.iter().find(|(name, ..)| *name == path) {
        None => Problem::new(StatusCode::NOT_FOUND, "there is nothing here").into_response(),
        Some(_) if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this is a file").into_response()
        }
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
    }
}
