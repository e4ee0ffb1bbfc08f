//! Rust's values as the agent's JavaScript takes them.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

use crate::config::{Functions, RuleKind};
use crate::{ApiCall, Config, Rule};

/// A value without functions. The agent says what it thinks of `undefined`.
pub fn plain(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::new().serialize_maps_as_objects(true)).unwrap_or_default()
}

pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // It fails on a frozen object only, and these are our own.
    let _ = Reflect::set(object, &name.into(), value);
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A name and its value.
pub fn pair(pair: &Array) -> Option<(String, String)> {
    Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
}

/// The configuration with its rules and functions, which serde leaves out.
pub fn config(config: &Config) -> JsValue {
    let object = plain(config);
    let allowed = config.tracing.as_ref().map_or(&[][..], |tracing| &tracing.allowed_urls);
    let entries = get(&get(&object, "tracing"), "allowedUrls").unchecked_into::<Array>();
    for (at, entry) in (0..).zip(allowed) {
        if let Some(rule) = rule(&entry.rule) {
            set(&entries.get(at), "match", &rule);
        }
    }
    let filters = get(&get(&object, "filters"), "resource").unchecked_into::<Array>();
    for (at, entry) in (0..).zip(&config.filters.resource) {
        if let Some(rule) = rule(entry) {
            filters.set(at, rule);
        }
    }
    functions(&object, &config.functions);
    object
}

/// A rule that is not a text.
fn rule(rule: &Rule) -> Option<JsValue> {
    match &rule.0 {
        RuleKind::Prefix(_) => None,
        // What does not compile stays null, which is no rule: the agent says so.
        RuleKind::Pattern { source, flags } => {
            let constructor = get(&js_sys::global(), "RegExp").unchecked_into::<Function>();
            Reflect::construct(&constructor, &Array::of2(&source.into(), &flags.into())).ok()
        }
        RuleKind::RegExp(pattern) => Some(pattern.into()),
        RuleKind::Predicate(matches) => {
            let matches = Rc::clone(matches);
            Some(Closure::<dyn Fn(String) -> bool>::new(move |url: String| matches(&url)).into_js_value())
        }
    }
}

fn functions(object: &JsValue, functions: &Functions) {
    let names = [("parseResourceName", &functions.resource_name), ("parseViewName", &functions.view_name)];
    for (option, name) in names {
        if let Some(name) = name.clone() {
            let closure = Closure::<dyn Fn(String) -> Option<String>>::new(move |url: String| name(&url));
            set(object, option, &closure.into_js_value());
        }
    }
    if let Some(judge) = functions.evaluate.clone() {
        type Evaluate = dyn Fn(JsValue, JsValue, JsValue, JsValue) -> Promise;
        let closure = Closure::<Evaluate>::new(move |request: JsValue, response, error, xhr| {
            let text = |name: &str| get(&request, name).as_string().unwrap_or_default();
            let judgement = judge(ApiCall { url: text("url"), method: text("method"), response, error, xhr });
            future_to_promise(async move { Ok(plain(&judgement.await)) })
        });
        set(object, "evaluateApi", &closure.into_js_value());
    }
    if let Some(revise) = functions.report.clone() {
        let closure = Closure::<dyn Fn(Object) -> JsValue>::new(move |bundle: Object| {
            revise(bundle).map_or(JsValue::FALSE, JsValue::from)
        });
        set(object, "beforeReport", &closure.into_js_value());
    }
}
