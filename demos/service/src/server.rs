//! The service on a socket, until it is stopped.

use std::{io, net::SocketAddr, path::Path, time::Instant};

use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tracing::Instrument as _;

use crate::{
    Way,
    handlers::{self, Service},
    in_words,
    observed::Metrics,
};

/// A running service.
pub(crate) struct Server {
    address: SocketAddr,
    service: Service,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Starts serving, as tasks of this runtime.
    pub(crate) async fn start(
        way: Way,
        address: SocketAddr,
        database: &Path,
        metrics: Metrics,
    ) -> Result<Self, String> {
        let failed = |error| format!("{address}: {error}");
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let service = Service::open(way, database).await.map_err(in_words)?;
        let (stop, stopped) = oneshot::channel();
        let router = router(service.clone(), metrics);
        let serve = axum::serve(listener, router).with_graceful_shutdown(async {
            // It also stops if the sender is dropped.
            let _ = stopped.await;
        });
        Ok(Self {
            address,
            service,
            stop,
            serving: tokio::spawn(async { serve.await }),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, answers those that came, and closes the database.
    pub(crate) async fn stop(self) -> Result<(), String> {
        // If it has ended by itself, the next line says why.
        let _ = self.stop.send(());
        self.serving.await.map_err(in_words)?.map_err(in_words)?;
        self.service.close().await.map_err(in_words)
    }
}

fn router(service: Service, metrics: Metrics) -> Router {
    Router::new()
        .route("/ping", get(handlers::ping))
        .route("/hash", post(handlers::hash))
        .route("/thumbnail", post(handlers::thumbnail))
        .route("/visit/{name}", post(handlers::visit))
        .route("/metrics", get(|| async move { metrics.render() }))
        .layer(middleware::from_fn(traced))
        .with_state(service)
}

/// One span for each request, one line at its end. Offloaded bodies run in the span of their caller.
async fn traced(request: Request, next: Next) -> Response {
    let span = tracing::info_span!("request", path = request.uri().path());
    async {
        let began = Instant::now();
        let response = next.run(request).await;
        let status = response.status().as_u16();
        tracing::info!(status, took = ?began.elapsed(), "answered");
        response
    }
    .instrument(span)
    .await
}
