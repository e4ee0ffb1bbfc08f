//! Starting, serving, and stopping without losing what was accepted.

use std::{future::Future, io, net::SocketAddr, path::Path, sync::Arc};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use crate::{
    configuration::{Plan, check, plan::Keep},
    connections::{self, Connections},
    forward::Forward,
    http::{Gateway, router},
    limits::EXPIRY_INTERVAL,
    settings::Settings,
    store::{Store, StoreError},
};

/// Why the gateway could not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be opened.
    #[error("cannot open the store: {0}")]
    Store(#[from] StoreError),
    /// The spool could not be opened, or the way out not be prepared.
    #[error("cannot forward: {0}")]
    Forward(io::Error),
    /// The address could not be taken.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The signals could not be watched, or the listener failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(plan: Plan) -> Result<(), RunError> {
    let stop = stop_signal()?;
    let store = match &plan.keep {
        Keep::File(path) => Store::open_with(path, plan.bounds)?,
        Keep::Memory => Store::open_with(Path::new(":memory:"), plan.bounds)?,
        Keep::Nothing => Store::none(),
    };
    let forward = start_forward(&plan.settings).map_err(RunError::Forward)?;
    let listener = TcpListener::bind(plan.listen).await.map_err(|error| RunError::Listen(plan.listen, error))?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "started");
    for warning in check::warnings(&plan) {
        tracing::warn!("{warning}");
    }
    serve_with(listener, store, forward, plan.settings, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

/// What forwards, and its task.
type Started = Option<(Arc<Forward>, JoinHandle<()>)>;

fn start_forward(settings: &Settings) -> io::Result<Started> {
    settings.forward.as_ref().map(Forward::start).transpose()
}

/// Serves until `stop` ends, then answers the requests that have come in whole, and closes the store after its last
/// job.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    settings: Settings,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let forward = start_forward(&settings)?;
    serve_with(listener, store, forward, settings, stop).await
}

async fn serve_with(
    listener: TcpListener,
    store: Store,
    forward: Started,
    settings: Settings,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let local = listener.local_addr()?.ip().is_loopback();
    settings.rules.watch()?;
    let settings = Arc::new(settings);
    let connections = Arc::new(Connections::new(&settings));
    let (stopping, watched) = watch::channel(false);
    let (forward, courier) = forward.unzip();
    let gateway = Gateway::new(
        store.clone(),
        forward.clone(),
        Arc::clone(&settings),
        Arc::clone(&connections),
        local,
        watched.clone(),
    );
    let router = router(gateway);
    tokio::select! {
        () = connections::accept(&listener, &connections, &settings, &router, &watched) => {}
        () = expire(&store, &settings) => {}
        () = stop => {}
    }
    drop(listener);
    stopping.send_replace(true);
    if timeout(settings.times.drain, connections::drained(&connections)).await.is_err() {
        tracing::warn!(connections = connections.open(), "stopped before all requests were answered");
    }
    if let (Some(forward), Some(courier)) = (forward, courier) {
        forward.stop();
        // What is not delivered now lies in the spool for the next start.
        let _ = timeout(settings.times.drain, courier).await;
    }
    store.close().await;
    Ok(())
}

/// Drops what is too old, again and again. Without an age nothing ever is.
async fn expire(store: &Store, settings: &Settings) {
    let Some(age) = settings.keep else { return std::future::pending().await };
    let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
    loop {
        if let Err(error) = store.expire(settings.clock.now_ms().saturating_sub(age_ms)).await
            && !error.is_temporary()
        {
            tracing::error!(reason = %error, "cannot drop what is too old");
        }
        tokio::time::sleep(EXPIRY_INTERVAL).await;
    }
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
