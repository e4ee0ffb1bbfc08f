//! The agent's interface. Each method does nothing on a server, and before [`init`].

use crate::{Config, Event, Issue, Scalar, TraceContext, page};

/// Starts the page's agent. Where one runs already, of this crate or of a script tag, that one stays.
///
/// Call it first in `main`: requests that leave after it are traced. The closures in the configuration live as long as the
/// page, because the agent may call them at any time.
///
/// ```
/// # use tracebeam_web::{Config, Tracing};
/// let agent = tracebeam_web::init(&Config::new("shop", "/rum").tracing(Tracing::default()));
/// for issue in agent.issues() {
///     eprintln!("{issue}");
/// }
/// ```
pub fn init(config: &Config) -> Tracebeam {
    page::init(config);
    Tracebeam(())
}

/// The page's agent. There is one, so this can be copied and made anywhere: `Tracebeam::default()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tracebeam(());

impl Tracebeam {
    /// The options that did not fit. The agent has also warned of each on the console, and uses the defaults.
    /// Empty where a script tag's agent was first: its options hold.
    pub fn issues(self) -> Vec<Issue> {
        page::issues()
    }

    /// Replaces what is known about the user, for what is recorded from now on.
    pub fn set_user<K: Into<String>, V: Into<Scalar>>(self, members: impl IntoIterator<Item = (K, V)>) {
        page::set_user(&members.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
    }

    /// Begins a view with this name. The next change of route begins another.
    pub fn set_view(self, name: &str) {
        page::set_view(name);
    }

    /// Reports an event of the application's own making.
    pub fn send_event(self, event: &Event) {
        page::send_event(event);
    }

    /// What a `fetch` of this URL would carry: for a request that goes out by other means, such as a WebSocket, a
    /// WebTransport or an EventSource. A `ws:` or `wss:` URL counts as the request that opens it. Records no event.
    pub fn trace_context(self, url: &str) -> TraceContext {
        page::trace_context(url)
    }

    /// Sends all events that wait. Ends when the browser has them, and after two seconds in any case.
    pub async fn flush(self) {
        page::flush().await;
    }

    /// Removes the agent from the page. Recorded events stay in storage for the next start; [`init`] starts it again.
    pub fn stop(self) {
        page::stop(false);
    }

    /// The same when a user withdraws consent: the ids of session and user, and all events that wait, are deleted.
    pub fn stop_and_forget(self) {
        page::stop(true);
    }
}
