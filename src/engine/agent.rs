//! The conductor: the only module of the engine that knows all others. Inputs are `start_request`,
//! `end_request` and `handle_*`; outputs are the headers of a request and the actions that
//! [`Agent::poll_action`] drains. It reads no clock and no randomness, and it never fails.

mod api;
mod entries;
mod record;
mod scene;
mod start;
mod waiting;
mod write;

pub use record::End;
pub use start::Request;

use std::rc::Rc;

use super::action::Action;
use super::clock::{Clock, Millis};
use super::config::{Config, Issue, NO_RULES, THREW};
use super::context::{Context, Scene, write_user};
use super::encode::{otlp, rum};
use super::event::Outcome;
use super::ids::Entropy;
use super::inflight::InFlight;
use super::queue::{Policy, Queue};
use super::text::Out;
use super::url;
use waiting::Waiting;

/// The queue's part of the configuration.
fn policy(config: &Config) -> Policy {
    Policy {
        flush_time: config.report.flush_time,
        max_event_count: config.report.max_event_count as u32,
        otlp: config.otlp(),
    }
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
    warned: bool,
    waiting: Waiting,
    /// The scene that the open batch names once; events of another scene name their own.
    batch_scene: Rc<Scene>,
}

impl Agent {
    /// An agent for the page at `href`. `issues` become warnings.
    pub fn new(
        config: Box<Config>,
        mut issues: Vec<Issue>,
        mut entropy: Entropy,
        mut context: Context,
        href: &str,
        clock: Clock,
    ) -> Self {
        let page = url::split(href);
        if context.app.is_miniapp() && config.tracing.enable && config.tracing.allowed.is_empty() {
            issues.push(NO_RULES);
        }
        write_user(&mut context.user, &entropy.draw());
        context.scene = scene::first(&mut entropy, href);
        Self {
            queue: Queue::new(policy(&config)),
            config,
            issues,
            origin: page.origin.to_owned(),
            clock,
            context,
            entropy,
            inflight: InFlight::default(),
            warned: false,
            waiting: Waiting::default(),
            batch_scene: Rc::default(),
        }
    }

    /// Whether the configuration has `pid` and `endpoint`. Without them the agent stays off.
    pub fn is_on(&self) -> bool {
        !self.config.pid.is_empty() && !self.config.endpoint.is_empty()
    }

    /// Replaces the configuration. `pid`, `endpoint` and `exporter` stay as they were at the start, so that events that are
    /// already recorded leave for the same place in the same format.
    pub fn reconfigure(&mut self, config: Box<Config>, issues: Vec<Issue>) {
        let before = std::mem::replace(&mut self.config, config);
        self.config.pid = before.pid;
        self.config.endpoint = before.endpoint;
        self.config.exporter = before.exporter;
        self.issues = issues;
        self.queue.change(policy(&self.config));
    }

    /// Fresh random bytes from the host.
    pub fn feed_entropy(&mut self, bytes: &[u8]) {
        self.entropy.feed(bytes);
    }

    /// The timer that [`Action::Arm`] asked for has run out.
    pub fn handle_timer(&mut self) {
        self.queue.handle_timer();
    }

    /// The page is hidden: every event leaves now. `leaving`: the page is also going away, so it will not see how the requests
    /// in flight end; they are reported as aborted.
    pub fn handle_hide(&mut self, leaving: bool, now: Millis) {
        if leaving {
            let end = End { status: 0, failure: Some(Outcome::Abort), message: "page left", now };
            while let Some(id) = self.inflight.oldest() {
                self.end_request(id, &end);
            }
        }
        self.release();
        self.queue.handle_hide(leaving, now);
    }

    /// The page is shown again. `restored`: it came back from the back/forward cache, which counts as a new visit of its view.
    pub fn handle_show(&mut self, restored: bool) {
        if restored {
            let id = self.entropy.hex::<16>();
            self.scene().view.id = id;
        }
        self.queue.handle_show();
    }

    /// The page is frozen: it will learn late how its requests end, so their durations will be too long (pitfall R11).
    pub fn handle_freeze(&mut self) {
        self.inflight.freeze();
    }

    /// The network has changed. `kind`: the host's name for the new one.
    pub fn handle_network(&mut self, kind: &str) {
        kind.clone_into(&mut self.context.network);
    }

    /// The network is gone.
    pub fn handle_offline(&mut self) {
        self.queue.handle_offline();
    }

    /// The network is back.
    pub fn handle_online(&mut self) {
        self.queue.handle_online();
    }

    /// What became of a batch: see [`Queue::handle_sent`].
    pub fn handle_sent(&mut self, batch: u32, status: u32, after: Millis, rejected: u32, now: Millis) {
        let fraction = self.entropy.fraction();
        self.queue.handle_sent(batch, status, after, rejected, now, fraction);
    }

    /// A batch that a closed page left in storage: see [`Queue::adopt`].
    pub fn adopt(&mut self, bytes: usize, count: u32, age: Millis, probation: bool) -> u32 {
        self.queue.adopt(bytes, count, age, probation)
    }

    /// The application asks for everything to be sent now.
    pub fn flush(&mut self) {
        self.queue.flush();
    }

    /// The next thing for the host to do. Its text, if it has one, is written to `out`.
    pub fn poll_action(&mut self, now: Millis, out: &mut Out) -> Option<Action> {
        out.clear();
        self.write_due(self.waiting.now);
        if let Some(issue) = self.issues.pop() {
            for part in [issue.0, " must be ", issue.1] {
                out.str(part);
            }
            return Some(Action::Warn);
        }
        let action = self.queue.poll(now, out)?;
        if let Action::Send(batch, _) = action {
            let dropped = self.queue.report(batch);
            if self.config.otlp() {
                otlp::tail(out, &dropped);
            } else {
                rum::tail(out, &dropped);
            }
        }
        Some(action)
    }

    /// Warns that a RegExp or predicate threw. Only once, because it may throw at every request.
    fn warn_of_predicate(&mut self) {
        if !std::mem::replace(&mut self.warned, true) {
            self.issues.push(THREW);
        }
    }
}
