//! Listening, and stopping cleanly.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

/// How long requests that are under way may take after the stop: longer than the slow one.
const DRAIN_TIME: Duration = Duration::from_secs(3);

/// A bound listener that knows its address.
pub struct Listener {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds an address; an error names it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
        let listener = TcpListener::bind(address).await.map_err(named)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// `http://ADDRESS`, with the actual port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Serves all routers, says so with a line for each, and returns after `stop` once requests that
/// are under way are answered.
pub async fn serve(services: Vec<(Listener, Router)>, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (sender, receiver) = watch::channel(());
    let mut servers = JoinSet::new();
    for (listener, router) in services {
        println!("listening on {}", listener.origin());
        let mut stopped = receiver.clone();
        servers.spawn(async move {
            axum::serve(listener.listener, router)
                .with_graceful_shutdown(async move {
                    // An error means that the sender is gone, which is a stop too.
                    let _ = stopped.changed().await;
                })
                .await
        });
    }
    drop(receiver);
    stop.await;
    drop(sender);
    let drained = async {
        while let Some(served) = servers.join_next().await {
            served.map_err(io::Error::other)??;
        }
        Ok(())
    };
    timeout(DRAIN_TIME, drained).await.unwrap_or(Ok(()))
}

/// Ends at the first SIGTERM or SIGINT.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
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
