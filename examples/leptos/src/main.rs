//! A Leptos application whose requests are traced: `trunk serve` beside a gateway on the same origin, or behind a proxy.

mod api;

use leptos::prelude::*;
use tracebeam_web::{Config, Tracing};

fn main() {
    // First of all: every request from here on is traced.
    let agent = tracebeam_web::init(&Config::new("leptos", "/rum").tracing(Tracing::default()));
    for issue in agent.issues() {
        leptos::logging::warn!("{issue}");
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let gloo_net = LocalResource::new(api::by_gloo_net);
    let reqwest = LocalResource::new(api::by_reqwest);
    view! {
        <h1>"Tracebeam in Leptos"</h1>
        <p id="gloo-net">{move || shown(gloo_net.get())}</p>
        <p id="reqwest">{move || shown(reqwest.get())}</p>
        <button on:click=move |_| gloo_net.refetch()>"Again"</button>
    }
}

fn shown(answer: Option<Result<String, String>>) -> String {
    answer.map_or("…".to_owned(), |answer| answer.unwrap_or_else(|error| error))
}
