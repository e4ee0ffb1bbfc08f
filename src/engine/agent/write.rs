//! Writes an event and queues it.

use std::rc::Rc;

use super::Agent;
use super::waiting::Ended;
use crate::engine::encode::{otlp, rum};
use crate::engine::event::{Outcome, ResourceEvent, TraceContextHint, http_status};
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
        let server = server_timing(entry.metrics(), started.context.as_ref());
        let id = self.entropy.hex::<8>();
        let event = ResourceEvent {
            id: id.as_str(),
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
            url: reported.as_str(),
            redirected: redirected.as_str(),
            method: &started.method,
            status: http_status(status_code.as_str()),
            status_code: status_code.as_str(),
            success: if success.is_empty() { outcome.map_or("-1", Outcome::success) } else { success },
            message: if own_message { message.as_str() } else { ended.message.as_str() },
            own_message,
            outcome: ended.outcome,
            hint: started.hint.map_or("", TraceContextHint::name),
            timing: entry.timing(),
            server_hint: server.hint.name(),
            server_trace: server.trace.as_str(),
            session: scene.session.as_str(),
            view_id: scene.view.id.as_str(),
            view_name: &scene.view.name,
        };
        let mut text = Out::new();
        let (config, context) = (&self.config, &self.context);
        let otlp = config.otlp();
        if otlp {
            let Some(ids) = started.context.as_ref().filter(|ids| ids.sampled) else { return };
            otlp::span(&mut text, &event, ids, &started.headers, context, properties);
        } else {
            let extras = rum::Extras {
                context: started.context.as_ref(),
                headers: &started.headers,
                sample: config.tracing.sample,
                server: &server,
                // Without an answer, and unless the caller gave up, it is unknown whether the request reached a server.
                lost: ended.status == 0 && ended.outcome != Some(Outcome::Abort),
                // The head of the open batch names its scene; an event of another scene names its own.
                elsewhere: self.queue.is_open() && !Rc::ptr_eq(&self.batch_scene, scene),
                properties,
            };
            rum::resource(&mut text, &event, &extras);
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
