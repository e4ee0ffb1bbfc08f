//! A RUM event as rules see it. Its attributes are those that its span has or would have (docs/events.md).

use serde_json::Value;

use super::subject::{Edit, Part, SampledBy, Subject};
use crate::{
    limits::{LONG_TEXT_CHARS, TEXT_CHARS},
    otlp::any_value::clip,
    rum::{
        mapping::{self, Common},
        record::Record,
    },
};

/// An event, with what its bundle says.
pub struct Event<'a> {
    /// The event.
    pub record: &'a mut Record,
    /// What its bundle says.
    pub common: &'a Common,
}

impl Subject for Event<'_> {
    fn app(&self) -> &str {
        &self.record.app.id
    }

    fn service(&self) -> &str {
        self.common.service()
    }

    fn name(&self) -> &str {
        self.record.name.as_deref().unwrap_or_default()
    }

    fn kind(&self) -> &str {
        "client"
    }

    fn url(&self) -> &str {
        self.record.url.as_deref().unwrap_or_default()
    }

    fn method(&self) -> &str {
        self.record.method.as_deref().unwrap_or_default()
    }

    fn status(&self) -> Option<u16> {
        self.record.status_code
    }

    fn is_error(&self) -> bool {
        mapping::is_error(self.record)
    }

    fn attribute(&self, key: &str) -> Option<String> {
        match mapping::attributes(self.record).get(key)? {
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        }
    }

    fn sampled_by(&self) -> SampledBy<'_> {
        let record = &*self.record;
        match &record.context {
            Some(context) => SampledBy::Trace(context.trace_id),
            None => SampledBy::Text(record.session_id.as_deref().or(record.event_id.as_deref()).unwrap_or_default()),
        }
    }

    fn rename(&mut self, edit: Edit<'_>) {
        change(&mut self.record.name, edit, LONG_TEXT_CHARS);
    }

    fn redact(&mut self, part: &Part, whole: bool, edit: Edit<'_>) {
        let record = &mut *self.record;
        let (texts, characters): (&mut [&mut Option<String>], _) = match part {
            Part::Url => (&mut [&mut record.url, &mut record.redirected_url], LONG_TEXT_CHARS),
            Part::Name => (&mut [&mut record.name], LONG_TEXT_CHARS),
            Part::Message => (&mut [&mut record.message], LONG_TEXT_CHARS),
            Part::View => (&mut [&mut record.view.name], LONG_TEXT_CHARS),
            Part::User => (&mut [&mut record.user_id], TEXT_CHARS),
            Part::Attributes => {
                record.properties.values_mut().for_each(|value| super::span::edit_value(value, whole, edit));
                return;
            }
            Part::Attribute(key) => {
                self.redact_attribute(key, whole, edit);
                return;
            }
        };
        texts.iter_mut().for_each(|text| change(text, edit, characters));
    }
}

impl Event<'_> {
    /// Redacts the field that becomes this attribute.
    fn redact_attribute(&mut self, key: &str, whole: bool, edit: Edit<'_>) {
        let record = &mut *self.record;
        if let Some(property) = key.strip_prefix(tracebeam::engine::span::PROPERTIES) {
            record
                .properties
                .get_mut(property)
                .into_iter()
                .for_each(|value| super::span::edit_value(value, whole, edit));
            return;
        }
        if key == "client.address" {
            // An address cannot hold another text.
            record.client_address = record.client_address.filter(|address| edit(&address.to_string()).is_none());
            return;
        }
        let text = match key {
            "url.full" | "url.path" => &mut record.url,
            "rum.resource.redirected_url" => &mut record.redirected_url,
            "rum.resource.message" => &mut record.message,
            "view.name" => &mut record.view.name,
            "view.id" => &mut record.view.id,
            "user.id" => &mut record.user_id,
            "session.id" => &mut record.session_id,
            "rum.network.model" => &mut record.network,
            _ => return,
        };
        change(text, edit, LONG_TEXT_CHARS);
    }
}

fn change(text: &mut Option<String>, edit: Edit<'_>, characters: usize) {
    if let Some(changed) = text.as_deref().and_then(edit) {
        *text = Some(clip(&changed, characters));
    }
}
