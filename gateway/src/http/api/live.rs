//! `/api/live`: Server-Sent Events that say when something new has been stored. They hold no data: a reader asks again
//! with its own filters.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::{
    http::{Gateway, problem::Problem},
    limits::{LIVE_COMMENT, LIVE_PAUSE},
    store::{Changes, StoreError},
};

/// What one reader waits for. It begins with what is there, so that a reader that comes back learns what it missed.
struct Reader {
    changes: watch::Receiver<Changes>,
    stopping: watch::Receiver<bool>,
    is_first: bool,
    _place: OwnedSemaphorePermit,
}

/// One message now and after each change, until the reader goes or the gateway stops.
pub async fn stream(
    State(gateway): State<Gateway>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    if !gateway.store.keeps() {
        return Err(StoreError::Absent.into());
    }
    let place = Arc::clone(&gateway.live).try_acquire_owned().map_err(|_| Problem::from(StoreError::Busy))?;
    let reader =
        Reader { changes: gateway.store.changes(), stopping: gateway.stopping.clone(), is_first: true, _place: place };
    let messages = stream::unfold(reader, |mut reader| async {
        let changes = reader.next().await?;
        Some((Ok(message(changes)), reader))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(LIVE_COMMENT)))
}

impl Reader {
    /// `None` when the gateway stops.
    async fn next(&mut self) -> Option<Changes> {
        let changes = &mut self.changes;
        let wait = async {
            if !self.is_first {
                // Under load there is always something new.
                tokio::time::sleep(LIVE_PAUSE).await;
                changes.changed().await.ok()?;
            }
            Some(*changes.borrow_and_update())
        };
        let next = tokio::select! {
            next = wait => next,
            _ = self.stopping.wait_for(|stopping| *stopping) => None,
        };
        self.is_first = false;
        next
    }
}

fn message(Changes { events, spans }: Changes) -> Event {
    Event::default().event("stored").data(format!("{{\"events\":{events},\"spans\":{spans}}}"))
}
