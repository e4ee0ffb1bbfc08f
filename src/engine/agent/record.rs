//! From the end of a request to its event: it waits for the browser's entry, which comes when the body
//! has ended, and leaves without phases where none comes. Static resources and the document have nothing
//! but their entry.

use std::rc::Rc;

use super::Agent;
use crate::engine::clock::Millis;
use crate::engine::config::OTLP;
use crate::engine::context::Scene;
use crate::engine::encode::{otlp, rum};
use crate::engine::event::{Kind, Outcome, ResourceEvent, Revision, TraceContextHint};
use crate::engine::inflight::Started;
use crate::engine::propagation::Carrier;
use crate::engine::text::Out;
use crate::engine::timing::{Candidate, Entry, pair, resource_type, server_timing};
use crate::engine::{naming, rules, url};

/// What is known when a request has ended.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// `None`: judged by the status.
    pub failure: Option<Outcome>,
    /// The status line's text, or the error's message.
    pub message: &'a str,
    /// Monotonic clock.
    pub now: Millis,
}

/// A request that has ended and waits for its entry, or for the application's word.
pub(super) struct Ended {
    started: Box<Started>,
    status: u32,
    outcome: Option<Outcome>,
    message: String,
    /// The headers of a fetch; the end of an XHR or of a request that failed.
    settled: Millis,
    /// `settled` is the end.
    whole: bool,
    entry: Option<Box<Entry>>,
    deadline: Millis,
    revision: Revision,
}

/// What waits for something.
#[derive(Default)]
#[allow(clippy::vec_box, reason = "moving the records themselves costs more wasm than moving pointers")]
pub(super) struct Waiting {
    /// In the order of their ends.
    ended: Vec<Box<Ended>>,
    /// Entries of requests that have not found theirs yet.
    entries: Vec<Box<Entry>>,
    /// Static resources of which the browser does not say whether they failed.
    doubtful: Vec<Box<Entry>>,
    /// URLs of static resources that have failed, as elements said.
    failed: Vec<String>,
    /// The last moment that the host named.
    now: Millis,
}

/// Room for a usual event, so that its buffer does not grow while it is written.
const EVENT_BYTES: usize = 1000;
/// Most of each that wait. Beyond, the oldest leaves as it is.
const MAX_WAITING: usize = 1000;
/// Most failures that wait for their entry: it comes at once or never.
const MAX_FAILED: usize = 50;
/// The longest that a body is waited for. One that is not being read is given up much sooner: [`Agent::give_up`].
const BODY: Millis = 60_000.0;
/// The longest from the end of a request to its entry, and from a doubtful entry to its failure.
const ENTRY: Millis = 1000.0;
/// The longest that `evaluateApi` is waited for.
const WORD: Millis = 10_000.0;

impl Agent {
    /// A request has ended.
    pub fn end_request(&mut self, id: u32, end: &End<'_>) {
        let Some(started) = self.inflight.take(id) else { return };
        self.waiting.now = end.now;
        let whole = end.failure.is_some() || started.kind == Kind::Xhr;
        let outcome = match end.failure {
            Some(_) => end.failure,
            // An opaque answer: it came, and nobody may know what it says.
            None if end.status == 0 => None,
            None => Some(if end.status >= 400 { Outcome::HttpError } else { Outcome::Ok }),
        };
        let mut message = Out::default();
        url::report_message(&mut message, end.message);
        let patience = match (started.held, whole) {
            (true, _) => WORD,
            // data: and blob: have no entries.
            _ if !url::split(&started.href).http => 0.0,
            (_, true) => ENTRY,
            (_, false) => BODY,
        };
        self.waiting.ended.push(Box::new(Ended {
            status: end.status,
            outcome,
            message: message.as_str().to_owned(),
            settled: end.now,
            whole,
            entry: None,
            deadline: end.now + patience,
            revision: Revision::default(),
            started,
        }));
        if self.waiting.ended.len() > MAX_WAITING {
            self.write_ended(0);
        }
        if let Some(ended) = self.waiting.ended.last() {
            let (kind, href) = (ended.started.kind, ended.started.href.clone());
            self.match_entries(kind, &href);
        }
        self.write_due(end.now);
    }

    /// The application's `evaluateApi` is to be heard before the event of this request leaves.
    pub fn hold_request(&mut self, id: u32) {
        if let Some(started) = self.inflight.get(id) {
            started.held = true;
        }
    }

    /// The application has spoken, or has nothing to say.
    pub fn revise_request(&mut self, id: u32, revision: Revision, now: Millis) {
        if let Some(ended) = self.waiting.ended.iter_mut().find(|ended| ended.started.id == id) {
            ended.revision = revision;
            ended.started.held = false;
            ended.deadline = ended.settled + if ended.whole { ENTRY } else { BODY };
        }
        self.write_due(now);
    }

    /// What the application calls a request.
    pub fn name_request(&mut self, id: u32, name: &str) {
        if let Some(started) = self.inflight.get(id) {
            name.clone_into(&mut started.name);
        }
    }

    /// Nobody reads the body of this request: its entry may never come.
    pub fn give_up(&mut self, id: u32) {
        if let Some(ended) = self.waiting.ended.iter_mut().find(|ended| ended.started.id == id && !ended.started.held) {
            ended.deadline = 0.0;
        }
    }

    /// Everything that waits leaves now as it is: the page is hidden, or the application will not wait.
    pub fn release(&mut self) {
        self.write_due(f64::INFINITY);
    }

    /// Whether events wait for something.
    pub fn pending(&self) -> bool {
        !self.waiting.ended.is_empty() || !self.waiting.doubtful.is_empty()
    }

    /// The browser's entry for a request, a static resource or the document.
    pub fn handle_entry(&mut self, entry: Entry, now: Millis) {
        let entry = Box::new(entry);
        self.waiting.now = now;
        let kind = match entry.initiator() {
            "fetch" => Some(Kind::Fetch),
            "xmlhttprequest" => Some(Kind::Xhr),
            _ => None,
        };
        if let Some(kind) = kind {
            // One that no hook has seen (before the agent, or by a function that somebody kept) is nobody's.
            let ours = |started: &Started| entry.is_of(started.kind.name(), &started.href);
            if self.inflight.iter().any(ours) || self.waiting.ended.iter().any(|ended| ours(&ended.started)) {
                let href = entry.url().to_owned();
                self.waiting.entries.push(entry);
                if self.waiting.entries.len() > MAX_WAITING {
                    self.waiting.entries.remove(0);
                }
                self.match_entries(kind, &href);
            }
        } else if rules::any(&self.config.ignored, entry.url(), entry.answers()) {
            // The application's filter.
        } else if entry.status > 0 || entry.response_start > 0.0 {
            self.write_static(entry, None);
        } else if url::split(entry.url()).origin == self.origin {
            // Its own origin hides nothing: there was no answer.
            self.write_static(entry, Some(Outcome::NetworkError));
        } else if let Some(at) = self.waiting.failed.iter().position(|failed| failed == entry.url()) {
            self.waiting.failed.remove(at);
            self.write_static(entry, Some(Outcome::NetworkError));
        } else {
            self.waiting.doubtful.push(entry);
        }
        self.write_due(now);
    }

    /// An element could not load what is at `href`.
    pub fn handle_failure(&mut self, href: &str) {
        if let Some(at) = self.waiting.doubtful.iter().position(|entry| entry.url() == href) {
            let entry = self.waiting.doubtful.remove(at);
            self.write_static(entry, Some(Outcome::NetworkError));
            return;
        }
        if self.waiting.failed.len() >= MAX_FAILED {
            self.waiting.failed.remove(0);
        }
        self.waiting.failed.push(href.to_owned());
    }

    /// Gives the entries of one URL and interface to the requests whose they are.
    fn match_entries(&mut self, kind: Kind, href: &str) {
        let Waiting { ended, entries, .. } = &mut self.waiting;
        let mut open: Vec<&mut Box<Ended>> = Vec::new();
        let mut candidates = Vec::new();
        for ended in ended {
            if ended.entry.is_none() && ended.started.kind == kind && ended.started.href == href {
                let Ended { settled, status, .. } = **ended;
                candidates.push(Candidate { start: ended.started.start, settled, status, whole: kind == Kind::Xhr });
                open.push(ended);
            }
        }
        let places: Vec<usize> = (0..entries.len())
            .filter(|at| entries.get(*at).is_some_and(|entry| entry.is_of(kind.name(), href)))
            .collect();
        let alike: Vec<&Entry> = places.iter().filter_map(|at| entries.get(*at)).map(|entry| &**entry).collect();
        let pairs = pair(&candidates, &alike);
        // From the back: places must stay what they are.
        for at in (0..places.len()).rev() {
            if let Some((call, _)) = pairs.iter().find(|(_, entry)| *entry == at)
                && let (Some(ended), Some(place)) = (open.get_mut(*call), places.get(at))
            {
                ended.entry = Some(entries.remove(*place));
            }
        }
    }

    /// Writes the events that have waited long enough; whether others still wait.
    pub fn handle_tick(&mut self, now: Millis) -> bool {
        self.write_due(now);
        self.pending()
    }

    /// Writes the events that wait for nothing any more.
    fn write_due(&mut self, now: Millis) {
        if now.is_finite() {
            self.waiting.now = now;
        }
        let mut at = 0;
        while let Some(ended) = self.waiting.ended.get(at) {
            let complete = ended.entry.is_some() && !ended.started.held;
            if complete || now >= ended.deadline {
                self.write_ended(at);
            } else {
                at += 1;
            }
        }
        while let Some(entry) = self.waiting.doubtful.first()
            && now >= entry.response_end + ENTRY
        {
            let entry = self.waiting.doubtful.remove(0);
            self.write_static(entry, None);
        }
        // An entry that nobody has claimed by now will not be.
        self.waiting.entries.retain(|entry| now < entry.response_end + BODY);
    }

    fn write_ended(&mut self, at: usize) {
        let ended = self.waiting.ended.remove(at);
        self.write(&ended, Some(ended.started.hint), ended.started.kind.name());
        if ended.entry.is_none() {
            // One less to wait for: what is left may be clear now.
            self.match_entries(ended.started.kind, &ended.started.href);
        }
    }

    #[inline(never)]
    fn write_static(&mut self, entry: Box<Entry>, failure: Option<Outcome>) {
        let outcome = match entry.status {
            0 => failure,
            400.. => Some(Outcome::HttpError),
            _ => Some(Outcome::Ok),
        };
        let kind = resource_type(entry.initiator(), entry.url(), entry.content_type());
        let started = Box::new(Started {
            id: 0,
            kind: Kind::Fetch,
            start: entry.start,
            timestamp: self.clock.at(entry.start),
            href: entry.url().to_owned(),
            method: if kind == "beacon" { "POST" } else { "GET" }.to_owned(),
            hint: TraceContextHint::Set,
            context: None,
            headers: Carrier::default(),
            scene: Rc::clone(&self.context.scene),
            name: entry.name().to_owned(),
            held: false,
        });
        let (status, settled) = (entry.status, entry.response_end);
        let message = String::new();
        let revision = Revision::default();
        let entry = Some(entry);
        let ended = Ended { started, status, outcome, message, settled, whole: true, entry, deadline: 0.0, revision };
        self.write(&ended, None, kind);
    }

    /// Writes an event and queues it. `hint`: none for what no agent can add headers to.
    #[inline(never)]
    fn write(&mut self, ended: &Ended, hint: Option<TraceContextHint>, kind: &str) {
        let Ended { started, entry, .. } = ended;
        let entry = entry.as_deref();
        let mut sent = Out::default();
        if let Some(context) = &started.context {
            sent.hex(&context.trace);
        }
        let last = entry.map_or(0.0, |entry| entry.response_end);
        // A body that broke off has an end, and no status in its entry although there was one.
        let broken = entry.is_some_and(|entry| entry.status == 0 && entry.response_start > 0.0 && ended.status > 0);
        let mut name = Out::default();
        if started.name.is_empty() {
            naming::group(&mut name, url::split(&started.href).path);
        } else {
            name.str(&started.name);
        }
        let mut reported = Out::default();
        url::report(&mut reported, &started.href);
        let event = ResourceEvent {
            id: self.entropy.hex::<8>(),
            timestamp: started.timestamp,
            duration: if last > started.start { last } else { ended.settled } - started.start,
            incomplete: broken || (last <= started.start && !ended.whole),
            kind,
            name: name.as_str(),
            url: reported,
            method: &started.method,
            status: ended.status,
            message: &ended.message,
            outcome: ended.outcome,
            hint,
            context: started.context,
            headers: &started.headers,
            timing: entry.map(Entry::timing).unwrap_or_default(),
            server: server_timing(entry.map_or("", Entry::metrics), sent.as_str()),
            view: None,
            session: None,
            revision: &ended.revision,
        };
        self.push(event, &started.scene);
    }

    /// Queues an event that happened in `scene`.
    fn push<'a>(&mut self, mut event: ResourceEvent<'a>, scene: &'a Rc<Scene>) {
        if !scene.sampled {
            return;
        }
        // What the open batch says once is not said again. One that this event opens speaks for its scene.
        let base = if self.queue.is_open() { &self.base } else { scene };
        if base.session != scene.session {
            event.session = Some(scene.session.as_str());
        }
        if base.view.id != scene.view.id {
            event.view = Some((scene.view.id.as_str(), &scene.view.name));
        }
        let mut text = Out::with_capacity(EVENT_BYTES);
        let (config, context) = (&self.config, &self.context);
        let otlp = config.exporter == OTLP;
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
            self.base = Rc::clone(scene);
        }
    }
}
