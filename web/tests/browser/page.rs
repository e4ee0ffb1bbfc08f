//! The page's agent, started once, and what it reported.

use std::cell::{Cell, RefCell};

use js_sys::{JSON, Object};
use tracebeam_web::{Config, Evaluation, Propagator, Rule, Tracebeam, Tracing};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static STARTED: Cell<bool> = const { Cell::new(false) };
    static BUNDLES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The agent, with one rule of each kind, every function, and two options that do not fit.
pub fn agent() -> Tracebeam {
    if STARTED.replace(true) {
        return Tracebeam::default();
    }
    let tracing = Tracing::default()
        .sample(101.0)
        .allow("https://text.example/v1")
        .allow(Rule::pattern(r"^https://PATTERN\.example/", "i"))
        .allow(js_sys::RegExp::new("^https://regexp\\.example/", "g"))
        .allow_with(Rule::predicate(|url| url == "https://closure.example/b3"), [Propagator::B3]);
    let config = Config::new("crate", "/rum")
        .tracing(tracing)
        .ignore(Rule::pattern("(", ""))
        .ignore(Rule::predicate(|url| url.ends_with("/ignored")))
        .user("name", "Ann")
        .parse_view_name(|_| Some("named view".to_owned()))
        .parse_resource_name(|url| url.contains("named").then(|| "named request".to_owned()))
        .evaluate_api(|call| async move {
            let judged = call.url.contains("judged") && call.method == "GET" && call.status() == Some(404);
            judged.then(|| Evaluation::default().success(true).message("nothing there").property("tries", 1))
        })
        .before_report(|bundle: Object| {
            let text = JSON::stringify(&bundle).unwrap().as_string().unwrap();
            BUNDLES.with_borrow_mut(|bundles| bundles.push(text));
            // The test runner's server takes no bundles.
            None
        });
    tracebeam_web::init(&config)
}

/// Requests a path of the page's origin, and reads the answer to its end.
pub async fn request(path: &str) {
    let window = js_sys::global().unchecked_into::<web_sys::Window>();
    let response: web_sys::Response = JsFuture::from(window.fetch_with_str(path)).await.unwrap().unchecked_into();
    JsFuture::from(response.text().unwrap()).await.unwrap();
}

/// All bundles so far, after a flush.
pub async fn reported() -> String {
    agent().flush().await;
    BUNDLES.with_borrow(|bundles| bundles.join("\n"))
}

/// The event whose URL ends like this.
pub async fn event(ending: &str) -> JsValue {
    let text = reported().await;
    let events = text.lines().flat_map(|line| {
        let events = js_sys::Reflect::get(&JSON::parse(line).unwrap(), &"events".into()).unwrap();
        js_sys::Array::from(&events).to_vec()
    });
    let found = events.filter(|event| member(event, "url").ends_with(ending)).last();
    found.unwrap_or_else(|| panic!("no event of {ending} in {text}"))
}

/// A member as text.
pub fn member(object: &JsValue, name: &str) -> String {
    let value = js_sys::Reflect::get(object, &name.into()).unwrap();
    value.as_string().unwrap_or_else(|| JSON::stringify(&value).map_or(String::new(), String::from))
}
