//! Two requests to the application's API, each by another crate. Neither knows of the agent.

/// The answer by way of gloo-net.
pub async fn by_gloo_net() -> Result<String, String> {
    let request = gloo_net::http::Request::get("/api/gloo-net").send();
    request.await.map_err(words)?.text().await.map_err(words)
}

/// The answer by way of reqwest, which takes absolute URLs only.
pub async fn by_reqwest() -> Result<String, String> {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let request = reqwest::get(format!("{origin}/api/reqwest"));
    request.await.map_err(words)?.text().await.map_err(words)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
