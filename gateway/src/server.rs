//! Starting, serving, and stopping without losing what was accepted.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, sync::watch, time::timeout};

use crate::{
    cli::{Args, BadSetting},
    connections::{self, Connections},
    http::{Gateway, router},
    settings::Settings,
    store::{Store, StoreError},
};

/// Why the gateway could not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(#[from] BadSetting),
    /// The store could not be opened.
    #[error("cannot open the store: {0}")]
    Store(#[from] StoreError),
    /// The address could not be taken.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The signals could not be watched, or the listener failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(args: Args) -> Result<(), RunError> {
    let stop = stop_signal()?;
    let settings = args.settings()?;
    let store = Store::open(&args.store)?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| RunError::Listen(args.listen, error))?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "started");
    if !address.ip().is_loopback() {
        if settings.token.is_none() {
            tracing::warn!("no --token-file: the view, the API, the metrics and OTLP are closed");
        }
        if settings.origins.is_empty() {
            tracing::warn!("no --origins: only pages of this machine may report");
        }
    }
    serve(listener, store, settings, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Serves until `stop` ends, then answers the requests that have come in whole, and closes the store after its last
/// job.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    settings: Settings,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let local = listener.local_addr()?.ip().is_loopback();
    settings.rules.watch()?;
    let settings = Arc::new(settings);
    let connections = Arc::new(Connections::new(&settings));
    let (stopping, watched) = watch::channel(false);
    let gateway = Gateway::new(store.clone(), Arc::clone(&settings), Arc::clone(&connections), local, watched.clone());
    let router = router(gateway);
    tokio::select! {
        () = connections::accept(&listener, &connections, &settings, &router, &watched) => {}
        () = stop => {}
    }
    drop(listener);
    stopping.send_replace(true);
    if timeout(settings.times.drain, connections::drained(&connections)).await.is_err() {
        tracing::warn!(connections = connections.open(), "stopped before all requests were answered");
    }
    store.close().await;
    Ok(())
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
