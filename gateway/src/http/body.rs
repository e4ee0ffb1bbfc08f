//! Taking a request's body: its type, its size and time, its compression, the memory for it.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use super::{Gateway, problem::Problem};
use crate::{
    budget::Reserved,
    gzip::{self, Fault},
    limits::{DISCARD_TIME, PARSE_AT_ONCE_BYTES},
};

/// A body and the memory that it takes.
pub struct Taken {
    /// The body, decompressed.
    pub bytes: Bytes,
    /// Lives until what was read from the body is stored.
    pub reserved: Reserved,
}

/// Media type in lower case, without parameters; `None` if the header is missing. Text in another
/// charset than UTF-8 is refused, since JSON has no other.
pub fn media_type(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let unreadable = || Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content-type is not readable");
    let value = value.to_str().map_err(|_| unreadable())?.to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_owned();
    let charset = parts.find_map(|part| part.strip_prefix("charset=")).map(|name| name.trim_matches('"'));
    match charset {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(Some(essence).filter(|essence| !essence.is_empty())),
        Some(other) => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("charset {other} is not supported, only utf-8"),
        )),
    }
}

/// The whole body, decompressed. `limit` holds for what is sent and for what it unpacks to. Memory is reserved as bytes
/// arrive, so that announcing a large body takes nothing from others.
pub async fn read(gateway: &Gateway, headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Taken, Problem> {
    let packed = is_gzip(headers)?;
    // A declared length is refused before the first byte of it is taken.
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut reserved = gateway.budget.open();
    let collected = if declared.is_some_and(|length| length > limit) {
        Err(too_large(limit))
    } else if !reserved.grow(1) {
        Err(busy())
    } else {
        collect(gateway, &mut body, limit, &mut reserved).await
    };
    let bytes = match collected {
        Ok(bytes) => bytes,
        Err(problem) => {
            drop(reserved);
            let more_comes = problem.status == StatusCode::PAYLOAD_TOO_LARGE || problem.is_temporary();
            // Who waits for the interim answer has sent nothing yet.
            if more_comes && !headers.contains_key(header::EXPECT) && !*gateway.stopping.borrow() {
                discard(body, limit).await;
            }
            return Err(problem);
        }
    };
    if !packed {
        return Ok(Taken { bytes: bytes.into(), reserved });
    }
    let unpacked = gzip::unpack(&bytes, limit, |bytes| reserved.grow(bytes)).map_err(|fault| match fault {
        Fault::NoRoom => busy(),
        Fault::TooLarge => too_large(limit),
        Fault::Invalid(error) => Problem::new(StatusCode::BAD_REQUEST, format!("the body is not valid gzip: {error}")),
    })?;
    drop(bytes);
    reserved.shrink_to(unpacked.len());
    Ok(Taken { bytes: unpacked.into(), reserved })
}

async fn collect(
    gateway: &Gateway,
    body: &mut Body,
    limit: usize,
    reserved: &mut Reserved,
) -> Result<Vec<u8>, Problem> {
    let deadline = Instant::now() + gateway.settings.times.body;
    let mut half_sent_time_is_up = std::pin::pin!(gateway.half_sent_time_is_up());
    let mut bytes = Vec::new();
    loop {
        let frame = tokio::select! {
            frame = timeout_at(deadline, body.frame()) => frame.map_err(|_| {
                Problem::new(StatusCode::REQUEST_TIMEOUT, "the body took too long")
            })?,
            () = &mut half_sent_time_is_up => return Err(stopped()),
        };
        let Some(frame) = frame else { return Ok(bytes) };
        let frame = frame.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        if !reserved.grow(data.len()) {
            return Err(busy());
        }
        bytes.extend_from_slice(&data);
    }
}

/// Reads and forgets the rest of a refused body, within bounds: closing a connection on which data is arriving resets
/// it, and the client then never sees the answer.
async fn discard(mut body: Body, limit: usize) {
    let deadline = Instant::now() + DISCARD_TIME;
    let mut left = limit;
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            return;
        }
    }
}

/// Parses within the memory that is reserved. Small bodies at once; large ones on a thread that may block, few at a
/// time. The turn lasts as long as the parsing, even if the client has gone away meanwhile.
pub async fn parse<T, F>(gateway: &Gateway, taken: Taken, parse: F) -> Result<(T, Reserved), Problem>
where
    T: Send + 'static,
    F: FnOnce(&[u8]) -> Result<T, Problem> + Send + 'static,
{
    let Taken { bytes, reserved } = taken;
    if bytes.len() <= PARSE_AT_ONCE_BYTES {
        return parse(&bytes).map(|parsed| (parsed, reserved));
    }
    let turn = Arc::clone(&gateway.parsing).acquire_owned().await.map_err(|_| stopped())?;
    let parsed = tokio::task::spawn_blocking(move || {
        let result = parse(&bytes).map(|parsed| (parsed, reserved));
        drop(turn);
        result
    });
    parsed.await.map_err(|_| stopped())?
}

/// The answer while too much is under way.
pub fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the gateway is busy, try again").counted_as("busy")
}

fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is over {limit} bytes"))
}

fn stopped() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the gateway is stopping").counted_as("stopping")
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, Problem> {
    let codings: Vec<_> = headers.get_all(header::CONTENT_ENCODING).iter().collect();
    let name = match codings.as_slice() {
        [] => return Ok(false),
        [one] => one.to_str().unwrap_or("?").trim().to_ascii_lowercase(),
        _ => "more than one".to_owned(),
    };
    match name.as_str() {
        "" | "identity" => Ok(false),
        "gzip" | "x-gzip" => Ok(true),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("content-encoding {name} is not supported, only gzip"),
        )),
    }
}
