//! Accepting connections and serving each: how many there may be, how long each may be silent, and how they end.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::{
    counters::Counter,
    limits::OTHER_DESCRIPTORS,
    settings::{Settings, Times},
};

/// Largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;

/// How long accepting rests after the system refused a connection.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// The connections of this moment.
pub struct Connections {
    free: Arc<Semaphore>,
    limit: usize,
    per_client: usize,
    clients: Mutex<HashMap<IpAddr, usize>>,
    /// Connections closed because their client had too many.
    pub over_client_limit: Counter,
    /// Connections closed because nothing came, or nothing was taken, for too long.
    pub timed_out: Counter,
}

impl Connections {
    /// Takes the limits of the settings, within what the system allows.
    pub fn new(settings: &Settings) -> Self {
        // More descriptors than the first limit says may be had for the asking.
        let descriptors = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
        let most = usize::try_from(descriptors.saturating_sub(OTHER_DESCRIPTORS)).unwrap_or(usize::MAX);
        let limit = settings.connections.min(most).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(limit)),
            limit,
            per_client: settings.connections_per_client,
            clients: Mutex::default(),
            over_client_limit: Counter::default(),
            timed_out: Counter::default(),
        }
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        self.limit - self.free.available_permits()
    }

    /// Connections that may be open.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a client may have one more; if so, it is counted.
    fn enter(&self, client: IpAddr) -> bool {
        let Ok(mut clients) = self.clients.lock() else { return false };
        let count = clients.entry(client).or_default();
        if *count >= self.per_client {
            return false;
        }
        *count += 1;
        true
    }

    fn leave(&self, client: IpAddr) {
        let Ok(mut clients) = self.clients.lock() else { return };
        if let Some(count) = clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&client);
            }
        }
    }
}

/// Accepts connections until the gateway stops. At the limit it accepts no more: clients wait in the system's queue,
/// and get their turn when others end or have been silent for too long.
pub async fn accept(
    listener: &TcpListener,
    connections: &Arc<Connections>,
    settings: &Arc<Settings>,
    router: &Router,
    stopping: &watch::Receiver<bool>,
) {
    loop {
        let Ok(place) = Arc::clone(&connections.free).acquire_owned().await else { return };
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::error!(%error, "no connection could be accepted");
                sleep(ACCEPT_REST).await;
                continue;
            }
        };
        let client = peer.ip().to_canonical();
        // All clients of a proxy share its address.
        let shared = client.is_loopback() || settings.trusted_proxies.iter().any(|proxies| proxies.contains(&client));
        if !shared && !connections.enter(client) {
            connections.over_client_limit.add(1);
            continue;
        }
        let guard = Guard { connections: Arc::clone(connections), client: (!shared).then_some(client), _place: place };
        tokio::spawn(serve(stream, peer, settings.times, router.clone(), stopping.clone(), guard));
    }
}

/// Waits until no connection is left.
pub async fn drained(connections: &Connections) {
    let all = u32::try_from(connections.limit).unwrap_or(u32::MAX);
    let _ = connections.free.acquire_many(all).await;
}

/// Gives a connection's place back.
struct Guard {
    connections: Arc<Connections>,
    client: Option<IpAddr>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(client) = self.client {
            self.connections.leave(client);
        }
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    times: Times,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    guard: Guard,
) {
    // Answers are written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(times.write));
    let busy = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| answer(router.clone(), peer, Arc::clone(&busy), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(times.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = std::pin::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stop(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            match timeout(times.half_sent, connection.as_mut()).await {
                Ok(served) => served,
                Err(_) if busy.load(Ordering::Relaxed) => connection.await,
                // Half a head.
                Err(_) => Ok(()),
            }
        }
    };
    if served.is_err_and(|error| error.is_timeout() || is_timeout(&error)) {
        guard.connections.timed_out.add(1);
    }
}

/// Ends once the gateway is stopping.
async fn stop(stopping: &mut watch::Receiver<bool>) {
    // An error means that the server is gone, which is a stop too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    busy: Arc<AtomicBool>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    busy.store(true, Ordering::Relaxed);
    let done = Done(busy);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request.map(Body::new)).await?;
    // The body is dropped when it has been written.
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _ = &done;
            frame
        }))
    }))
}

/// Marks the end of an answer.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Whether a write waited for too long.
fn is_timeout(error: &hyper::Error) -> bool {
    let io = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_has_a_share_of_the_connections() {
        let connections = Connections::new(&Settings { connections_per_client: 2, ..Settings::default() });
        let [one, other] = [[203, 0, 113, 7], [203, 0, 113, 8]].map(IpAddr::from);
        assert!(connections.enter(one) && connections.enter(one));
        assert!(!connections.enter(one), "a third one");
        assert!(connections.enter(other), "of another client");
        connections.leave(one);
        assert!(connections.enter(one), "after one has ended");
    }
}
