//! A Yew application whose requests are traced: `trunk serve` beside a gateway on the same origin, or behind a proxy.

mod api;

use yew::prelude::*;

fn main() {
    // First of all: every request from here on is traced.
    #[cfg(feature = "agent")]
    start_agent();
    yew::Renderer::<App>::new().render();
}

#[cfg(feature = "agent")]
fn start_agent() {
    use tracebeam_web::{Config, Tracing};

    tracebeam_web::init(&Config::new("yew", "/rum").tracing(Tracing::default()));
}

#[component]
fn App() -> Html {
    let gloo_net = use_state(|| "…".to_owned());
    let reqwest = use_state(|| "…".to_owned());
    {
        let (gloo_net, reqwest) = (gloo_net.clone(), reqwest.clone());
        use_effect_with((), move |()| {
            yew::platform::spawn_local(async move { gloo_net.set(shown(api::by_gloo_net().await)) });
            yew::platform::spawn_local(async move { reqwest.set(shown(api::by_reqwest().await)) });
        });
    }
    html! {
        <>
            <h1>{ "Tracebeam in Yew" }</h1>
            <p id="gloo-net">{ &*gloo_net }</p>
            <p id="reqwest">{ &*reqwest }</p>
        </>
    }
}

fn shown(answer: Result<String, String>) -> String {
    answer.unwrap_or_else(|error| error)
}
