//! Taking a request's body: its type, its size and time, its compression.

use std::{io::Read, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};
use flate2::read::MultiGzDecoder;
use tokio::time::timeout;

use super::{Gateway, problem::Problem};
use crate::limits::BODY_TIME;

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

/// The whole body, decompressed. `limit` holds for what is sent and for what it unpacks to.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let packed = is_gzip(headers)?;
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is over {limit} bytes"));
    // A declared length is refused before the first byte of it is taken.
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let bytes = match timeout(BODY_TIME, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if is_length_limit(&error) => return Err(too_large()),
        Ok(Err(_)) => return Err(Problem::new(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => {
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body took too long"));
        }
    };
    if !packed {
        return Ok(bytes.to_vec());
    }
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes.as_ref())
        .take(most)
        .read_to_end(&mut unpacked)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not valid gzip: {error}")))?;
    if unpacked.len() > limit {
        return Err(too_large());
    }
    Ok(unpacked)
}

/// Parses on a thread that may block, with few parses at a time. The turn lasts as long as the
/// parsing, even if the client has gone away meanwhile.
pub async fn parse<T, F>(gateway: &Gateway, parse: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Problem> + Send + 'static,
{
    let stopping = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the gateway is stopping");
    let turn = Arc::clone(&gateway.parsing).acquire_owned().await.map_err(|_| stopping())?;
    let parsed = tokio::task::spawn_blocking(move || {
        let result = parse();
        drop(turn);
        result
    });
    parsed.await.map_err(|_| stopping())?
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

fn is_length_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}
