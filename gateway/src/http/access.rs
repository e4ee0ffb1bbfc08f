//! Who may read what is stored: the API, the view and the metrics.
//!
//! Three questions, of which each stops another kind of caller. `Host` must be a name of the gateway: a page that has
//! its own name resolved to this machine (DNS rebinding) says that name. The page that asks must be the gateway's own:
//! any other page of a user's browser sends another origin. And the token must be shown, if there is one; without one
//! only this machine may ask.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Gateway, client, problem::Problem};

/// Middleware in front of everything that only operators may see.
pub async fn guard(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    match gateway.check_reader(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => {
            let asks = problem.status == StatusCode::UNAUTHORIZED;
            let mut response = problem.into_response();
            if asks {
                // Browsers ask their user; the name does not matter, the password is the token.
                let challenge = HeaderValue::from_static("Basic realm=\"tracebeam: the token is the password\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            response
        }
    }
}

impl Gateway {
    fn check_reader(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let settings = &self.settings;
        let host = host(uri, headers).ok_or_else(|| forbidden("host", "the request names no host"))?;
        let name = name_of(host);
        let known = name.eq_ignore_ascii_case("localhost")
            || is_address(name)
            || settings.hosts.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !known {
            let reason = format!("{name} is no name of this gateway; an operator can add it with --host {name}");
            return Err(forbidden("host", reason));
        }
        check_origin(headers, host)?;
        match &settings.token {
            Some(token) if token.is_shown(headers) => Ok(()),
            Some(_) => Err(Problem::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong")),
            None if !self.local => Err(forbidden(
                "no_token",
                "this gateway can be reached from outside and has no token; start it with --token-file",
            )),
            None if client::came_through_proxy(headers) => {
                Err(forbidden("no_token", "a gateway behind a proxy needs a token; start it with --token-file"))
            }
            None => Ok(()),
        }
    }
}

/// Whether the gateway's own page asks, or no page at all. Following a link to the view is no asking page.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        // The scheme is not compared: a proxy in front may speak TLS.
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        if !authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host)) {
            return Err(forbidden("origin", "only the gateway's own page may read this"));
        }
    }
    let navigates = text("sec-fetch-mode") == Some("navigate") && text("sec-fetch-dest") == Some("document");
    match text("sec-fetch-site") {
        Some("cross-site" | "same-site") if !navigates => {
            Err(forbidden("origin", "only the gateway's own page may read this"))
        }
        _ => Ok(()),
    }
}

fn forbidden(kind: &'static str, reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, reason).counted_as(kind)
}

/// `Host`, or the authority of an absolute request target, which takes its place (RFC 9112, section 3.2.2).
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    uri.authority()
        .map(|authority| authority.as_str())
        .or_else(|| headers.get(header::HOST).and_then(|value| value.to_str().ok()))
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// No name can be made to resolve to something else if it is no name.
fn is_address(name: &str) -> bool {
    name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}
