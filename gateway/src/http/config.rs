//! `GET /config/{pid}`: what agents with `remoteConfig` are told: the section `[app.PID.config]` of the rules, or else
//! `DIR/{pid}.json` (`--config DIR`). The file in the directory is read at each request, so that an edit needs no
//! signal. An agent asks once at its start, and names the version that it has.

use std::{
    fs::File,
    io::{self, Read},
    net::SocketAddr,
    path::{Path as FilePath, PathBuf},
};

use axum::{
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::value::RawValue;
use tokio::task::spawn_blocking;

use super::{Gateway, client, problem::Problem};
use crate::{limits::CONFIG_BYTES, rules::remote::Answer};

/// What this application's agents are told.
pub async fn give(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(pid): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    gateway.rates.check_client(client::address(peer.ip(), &headers, &gateway.settings.trusted_proxies))?;
    let section = gateway.settings.rules.current().applications.get(&pid).cloned();
    let Answer { json, tag } = match section {
        Some(answer) => answer,
        None => of_directory(&gateway, &pid).await?,
    };
    let answer = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, "no-cache")];
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|value| value.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    Ok((answer, [(header::CONTENT_TYPE, "application/json")], json).into_response())
}

async fn of_directory(gateway: &Gateway, pid: &str) -> Result<Answer, Problem> {
    let none = || Problem::new(StatusCode::NOT_FOUND, "there is no configuration for this application");
    let file = gateway.settings.config.as_ref().and_then(|directory| file_of(directory, pid)).ok_or_else(none)?;
    let broken = |what: &str| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{pid}.json {what}"));
    let text = match spawn_blocking(move || read(&file)).await {
        Ok(Ok(text)) => text,
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => return Err(none()),
        _ => return Err(broken("cannot be read")),
    };
    if text.len() as u64 > CONFIG_BYTES {
        return Err(broken("is too long for an agent"));
    }
    if serde_json::from_str::<&RawValue>(&text).is_err() {
        return Err(broken("is no JSON"));
    }
    Ok(Answer::new(text))
}

/// The file of this name, which must be in the directory itself and not hidden.
fn file_of(directory: &FilePath, pid: &str) -> Option<PathBuf> {
    let plain = !pid.starts_with('.') && pid.len() <= 200 && !pid.contains(['/', '\\', '\0', ':']);
    plain.then(|| directory.join(format!("{pid}.json")))
}

/// The text of a file; of one that is too long, one byte more than is allowed.
fn read(file: &FilePath) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(CONFIG_BYTES + 1).read_to_string(&mut text)?;
    Ok(text)
}
