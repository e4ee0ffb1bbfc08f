//! The demo page: its files, the agent, and the configuration that ties them together.

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use crate::cli::ShopArgs;

/// A strict policy, to show that the agent lives with one: no inline script, no `eval`; compiling
/// WebAssembly is the one thing it needs. The page talks to the gateway and to the other origin.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
img-src 'self' data:; font-src 'self'; connect-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Everything that is not the API.
pub fn pages(args: &ShopArgs, own_origin: &str, other_origin: &str) -> Router {
    let config = config(&args.gateway, own_origin, other_origin);
    let gateway = Gateway { url: args.gateway.trim_end_matches('/').to_owned(), http: reqwest::Client::new() };
    let pages = Router::new()
        .route("/gateway/{*path}", get(read_gateway))
        .with_state(gateway)
        .route("/config.js", get(async move || script(config.clone())))
        .route_service("/tracebeam.js", ServeFile::new(args.dist.join("tracebeam.js")))
        .route_service("/", ServeFile::new(args.www.join("index.html")))
        .fallback_service(ServeDir::new(&args.www).append_index_html_on_directories(false));
    [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // A rebuilt agent must show at the next load.
        (header::CACHE_CONTROL, "no-cache"),
    ]
    .into_iter()
    .fold(pages, |pages, (name, value): (HeaderName, _)| {
        pages.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}

/// `window.__rum` is the agent's configuration, `window.__demo` the page's own.
fn config(gateway: &str, own_origin: &str, other_origin: &str) -> String {
    let gateway = gateway.trim_end_matches('/');
    let rum = json!({
        "pid": "demo",
        "endpoint": format!("{gateway}/rum"),
        "env": "local",
        "version": env!("CARGO_PKG_VERSION"),
        "tracing": {"allowedUrls": [other_origin]},
    });
    let demo = json!({"gateway": gateway, "origin": own_origin, "crossOrigin": other_origin});
    format!("window.__rum = {rum};\nwindow.__demo = {demo};\n")
}

/// Where the page's events and traces are read from.
#[derive(Clone)]
struct Gateway {
    url: String,
    http: reqwest::Client,
}

/// Reads from the gateway for the page: the gateway answers its own page only, whatever port another one has.
async fn read_gateway(State(gateway): State<Gateway>, Path(path): Path<String>, RawQuery(query): RawQuery) -> Response {
    if !path.starts_with("api/") && path != "healthz" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let answer = async {
        let answer = gateway.http.get(format!("{}/{path}{query}", gateway.url)).send().await?;
        Ok::<_, reqwest::Error>((answer.status(), [(header::CONTENT_TYPE, "application/json")], answer.bytes().await?))
    };
    answer
        .await
        .map_or_else(|error| (StatusCode::BAD_GATEWAY, error.to_string()).into_response(), IntoResponse::into_response)
}

fn script(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response()
}
