//! The end of a flush.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

use super::bindings;

/// The agent waits a second at most for what is still being measured. An agent of a script tag does not say when it is done.
const LIMIT: Duration = Duration::from_secs(2);

/// Flushes; ends when the agent says that it is done, or after [`LIMIT`].
pub async fn end_of_flush() {
    let mut done = pin!(JsFuture::from(Promise::new(&mut |resolve, _| bindings::flush(&resolve))));
    let mut late = pin!(gloo_timers::future::sleep(LIMIT));
    poll_fn(
        |context| {
            if done.as_mut().poll(context).is_ready() { Poll::Ready(()) } else { late.as_mut().poll(context) }
        },
    )
    .await;
}
