//! Starting, serving, and stopping without losing what was accepted.

use std::{fmt, future::Future, io, net::SocketAddr, path::PathBuf, sync::Arc};

use tokio::{net::TcpListener, sync::Notify, time::timeout};

use crate::{
    cli::Args,
    http::{Gateway, router},
    limits::DRAIN_TIME,
    store::{Store, StoreError},
};

/// Why the gateway could not run.
#[derive(Debug)]
pub enum RunError {
    /// The store could not be opened.
    Store(StoreError),
    /// The address could not be taken.
    Listen(SocketAddr, io::Error),
    /// The signals could not be watched, or the listener failed.
    Io(io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(args: Args) -> Result<(), RunError> {
    let stop = stop_signal().map_err(RunError::Io)?;
    let store = Store::open(&args.store).map_err(RunError::Store)?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| RunError::Listen(args.listen, error))?;
    let address = listener.local_addr().map_err(RunError::Io)?;
    println!("listening on http://{address}");
    serve(listener, store, args.www, args.config, stop).await.map_err(RunError::Io)
}

/// Serves until `stop` ends, then answers the requests that are under way, for at most
/// [`DRAIN_TIME`], and closes the store after its last job.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    www: Option<PathBuf>,
    config: Option<PathBuf>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = router(Gateway::new(store.clone(), config), www).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = Arc::new(Notify::new());
    let notify = Arc::clone(&stopping);
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop.await;
        notify.notify_one();
    });
    let mut server = Box::pin(server.into_future());
    let served = tokio::select! {
        served = &mut server => served,
        () = stopping.notified() => timeout(DRAIN_TIME, server).await.unwrap_or(Ok(())),
    };
    store.close().await;
    served
}

/// Ends at the first SIGTERM or SIGINT. Registered at once, so that a signal during the start counts.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

impl fmt::Display for RunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(formatter, "cannot open the store: {error}"),
            Self::Listen(address, error) => {
                write!(formatter, "cannot listen on {address}: {error}")
            }
            Self::Io(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for RunError {}
