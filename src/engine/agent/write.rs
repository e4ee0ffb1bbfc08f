//! Writes an event and queues it.

use std::rc::Rc;

use super::Agent;
use super::waiting::Ended;
use crate::engine::encode::{otlp, rum};
use crate::engine::event::{Outcome, ResourceEvent, http_status};
use crate::engine::text::{Out, parse_number};
use crate::engine::timing::{Entry, server_timing};
use crate::engine::{naming, url};

/// The entry of a request that the browser has not measured.
static UNKNOWN: Entry = Entry::unknown();

impl Agent {
    /// Writes the event of a request or resource that has ended, in the scene in which it began, and queues it.
    #[inline(never)]
    #[allow(clippy::boxed_local, reason = "dropped in one place: 75 bytes of wasm less")]
    pub(super) fn write(&mut self, ended: Box<Ended>) {
        let started = &ended.started;
        let scene = &started.scene;
        if !scene.sampled {
            return;
        }
        let entry = ended.entry.as_deref().unwrap_or(&UNKNOWN);
        let last = entry.end();
        let known = last > started.start;
        // Where the body broke off, the entry has an end but no status, although the page saw a status.
        let broken = ended.status > 0 && entry.status() == 0 && entry.first_byte() > 0.0;
        let [.., kind, called, told, success, code, took, properties] = ended.revision.read();
        let mut name = Out::default();
        let given = if called.is_empty() { &started.name } else { called };
        if given.is_empty() {
            naming::group(&mut name, url::split(&started.href).path);
        } else {
            name.str(given);
        }
        let mut message = Out::default();
        url::report_message(&mut message, told);
        let own_message = !message.is_empty();
        let mut status_code = Out::default();
        status_code.str(code);
        let mut outcome = ended.outcome;
        if !status_code.is_empty() {
            // A status of the application's decides about `success`, unless the application gives that too.
            outcome = Outcome::of(http_status(code)).or(outcome);
        } else if ended.status > 0 {
            status_code.u32(ended.status);
        }
        let mut reported = Out::default();
        url::report(&mut reported, &started.href);
        let mut redirected = Out::default();
        if !started.redirected.is_empty() {
            url::report(&mut redirected, &started.redirected);
        }
        // The head of the open batch names its scene; an event of another scene names its own.
        let elsewhere = self.queue.is_open() && !Rc::ptr_eq(&self.batch_scene, scene);
        let event = ResourceEvent {
            id: self.entropy.hex::<8>(),
            timestamp: started.timestamp,
            duration: if took.is_empty() {
                let end = if known { last } else { ended.settled };
                end - started.start
            } else {
                parse_number(took)
            },
            incomplete: broken || started.frozen || !(known || ended.whole),
            kind: if kind.is_empty() { started.kind.name() } else { kind },
            name: name.as_str(),
            url: reported,
            redirected,
            method: &started.method,
            status: ended.status,
            status_code: status_code.as_str(),
            success: if success.is_empty() { outcome.map_or("-1", Outcome::success) } else { success },
            message: if own_message { message.as_str() } else { ended.message.as_str() },
            own_message,
            outcome: ended.outcome,
            hint: started.hint,
            context: started.context,
            headers: &started.headers,
            timing: entry.timing(),
            server: server_timing(entry.metrics(), started.context.as_ref()),
            view: elsewhere.then(|| (scene.view.id.as_str(), &*scene.view.name)),
            session: elsewhere.then(|| scene.session.as_str()),
            properties,
        };
        let mut text = Out::new();
        let (config, context) = (&self.config, &self.context);
        let otlp = config.otlp();
        if otlp {
            otlp::span(&mut text, &event, context, scene);
        } else {
            rum::resource(&mut text, &event, config.tracing.sample);
        }
        if text.is_empty() {
            return;
        }
        let mut opened = false;
        self.queue.push(&text, self.waiting.now, |out| {
            opened = true;
            if otlp {
                otlp::head(out, config, context);
            } else {
                rum::head(out, config, context, scene);
            }
        });
        if opened {
            self.batch_scene = Rc::clone(scene);
        }
    }
}
