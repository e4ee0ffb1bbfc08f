//! The conductor: the only part of the engine that knows all others. Inputs are `start_request`,
//! `end_request` and `handle_*`; outputs are the headers of a request and the actions that
//! [`Agent::poll_action`] drains. It reads no clock and no randomness, and it never fails.

mod start;

pub use start::Request;

use super::action::Action;
use super::clock::{Clock, Millis};
use super::config::{Config, Issue, THREW};
use super::context::Context;
use super::encode::rum;
use super::event::{Outcome, ResourceEvent};
use super::ids::Entropy;
use super::inflight::InFlight;
use super::queue::Queue;
use super::text::Out;
use super::url;

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

/// What makes the waiting events leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Flush {
    /// Nothing yet.
    #[default]
    No,
    /// Enough events, the timer, or the application.
    Now,
    /// The page is going away.
    Exit,
}

/// The agent of one page.
pub struct Agent {
    config: Box<Config>,
    issues: Vec<Issue>,
    origin: String,
    clock: Clock,
    context: Context,
    entropy: Entropy,
    inflight: InFlight,
    queue: Queue,
    flush: Flush,
    armed: bool,
    arm: bool,
    batches: u32,
    warned: bool,
}

impl Agent {
    /// An agent for the page at `href`. `issues` become warnings.
    pub fn new(
        config: Box<Config>,
        issues: Vec<Issue>,
        mut entropy: Entropy,
        mut context: Context,
        href: &str,
        clock: Clock,
    ) -> Self {
        let page = url::split(href);
        context.user.str("uid_");
        context.user.hex(&entropy.draw::<8>());
        context.session = entropy.hex::<16>();
        context.view.id = entropy.hex::<16>();
        context.view.name = page.path.to_owned();
        Self {
            config,
            issues,
            origin: page.origin.to_owned(),
            clock,
            context,
            entropy,
            inflight: InFlight::default(),
            queue: Queue::default(),
            flush: Flush::No,
            armed: false,
            arm: false,
            batches: 0,
            warned: false,
        }
    }

    /// Whether the configuration has what it takes: without `pid` and `endpoint` the agent stays off.
    pub fn is_on(&self) -> bool {
        !self.config.pid.is_empty() && !self.config.endpoint.is_empty()
    }

    /// The agent's randomness, for the one that takes its place.
    pub fn into_entropy(self) -> Entropy {
        self.entropy
    }

    /// Fresh random bytes from the host.
    pub fn feed_entropy(&mut self, bytes: &[u8]) {
        self.entropy.feed(bytes);
    }

    /// A request has ended: its event is written and queued.
    pub fn end_request(&mut self, id: u32, end: &End<'_>) {
        let Some(started) = self.inflight.take(id) else { return };
        let judged = if end.status >= 400 { Outcome::HttpError } else { Outcome::Ok };
        let mut reported = Out::default();
        url::report(&mut reported, &started.href);
        let event = ResourceEvent {
            id: self.entropy.hex::<16>(),
            timestamp: started.timestamp,
            duration: end.now - started.start,
            kind: started.kind,
            name: url::split(&started.href).path,
            url: reported,
            method: &started.method,
            status: end.status,
            message: end.message,
            outcome: end.failure.unwrap_or(judged),
            hint: started.hint,
            context: started.context,
            headers: &started.headers,
        };
        self.queue.push(|out| rum::resource(out, &event, self.config.tracing.sample));
        if f64::from(self.queue.count()) >= self.config.report.max_event_count {
            self.flush = Flush::Now;
        } else if !self.armed {
            self.armed = true;
            self.arm = true;
        }
    }

    /// The timer that [`Action::Arm`] asked for has run out.
    pub fn handle_timer(&mut self) {
        self.armed = false;
        self.flush = Flush::Now;
    }

    /// The page is hidden or goes away: everything leaves now.
    pub fn handle_hide(&mut self) {
        self.flush = Flush::Exit;
    }

    /// The application asks for everything to be sent now.
    pub fn flush(&mut self) {
        self.flush = Flush::Now;
    }

    /// The next thing that the host has to do; its text, where it has one, goes to `out`.
    pub fn poll_action(&mut self, out: &mut Out) -> Option<Action> {
        out.clear();
        if let Some(issue) = self.issues.pop() {
            for part in [issue.0, " must be ", issue.1] {
                out.str(part);
            }
            return Some(Action::Warn);
        }
        let flush = std::mem::take(&mut self.flush);
        if flush != Flush::No && self.queue.count() > 0 {
            rum::bundle(out, &self.config, &self.context, self.queue.events());
            self.queue.clear();
            self.batches += 1;
            return Some(Action::Send { batch: self.batches, exit: flush == Flush::Exit });
        }
        std::mem::take(&mut self.arm).then_some(Action::Arm(self.config.report.flush_time as u32))
    }

    /// Says once that a RegExp or predicate threw; the console is the page's, and it may throw at every request.
    fn warn_of_predicate(&mut self) {
        if !std::mem::replace(&mut self.warned, true) {
            self.issues.push(THREW);
        }
    }
}
