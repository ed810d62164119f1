//! One connection to the service, with one request at a time.

use std::{fmt, net::SocketAddr};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Uri,
    client::conn::http1::{self, SendRequest},
    header::HOST,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A client of the service.
pub(crate) struct Client {
    address: SocketAddr,
    connection: SendRequest<Full<Bytes>>,
}

/// The request of a client.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (connection, work) = handshake.map_err(failed)?;
        // What goes wrong on the way is told to whoever sends.
        tokio::spawn(async { drop(work.await) });
        Ok(Self {
            address,
            connection,
        })
    }

    /// Sends a request, and waits for the whole answer. Anything but 200 is a failure.
    pub(crate) async fn ask(&mut self, ask: Ask) -> Result<Bytes, String> {
        let request = Request::builder()
            .method(ask.method)
            .uri(Uri::from_static(ask.path))
            .header(HOST, self.address.to_string())
            .body(Full::new(ask.body))
            .map_err(failed)?;
        let response = self.connection.send_request(request).await;
        let response = response.map_err(failed)?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(failed)?;
        let body = body.to_bytes();
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("{status}: {}", String::from_utf8_lossy(&body)))
        }
    }
}

fn failed(error: impl fmt::Display) -> String {
    format!("request failed: {error}")
}
