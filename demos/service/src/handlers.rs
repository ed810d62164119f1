//! The handlers, in two versions that differ only in the call.

use std::{
    path::Path as FilePath,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::header::CONTENT_TYPE,
    response::IntoResponse,
};

use crate::{
    Way,
    failure::Failure,
    passwords, thumbnails,
    visits::{Visits, VisitsHandle},
};

/// The state that the handlers share.
#[derive(Clone)]
pub(crate) enum Service {
    /// They call the blocking function on the thread that should serve other requests meanwhile.
    Blocking(Arc<Mutex<Visits>>),
    /// They offload it. If the client disconnects, the handler and its call are dropped, and a call that waits never starts.
    Offloaded(VisitsHandle),
}

impl Service {
    pub(crate) async fn open(way: Way, database: &FilePath) -> rusqlite::Result<Self> {
        Ok(match way {
            Way::Blocking => Self::Blocking(Arc::new(Mutex::new(Visits::open(database)?))),
            Way::Offloaded => Self::Offloaded(VisitsHandle::open(database).await?),
        })
    }

    /// Closes the database.
    pub(crate) async fn close(self) -> rusqlite::Result<()> {
        match self {
            Self::Blocking(_) => Ok(()),
            Self::Offloaded(visits) => visits.close().await,
        }
    }
}

pub(crate) async fn ping() -> &'static str {
    "pong"
}

pub(crate) async fn hash(
    State(service): State<Service>,
    password: String,
) -> Result<String, Failure> {
    Ok(match service {
        Service::Blocking(_) => passwords::hash_blocking(&password)?,
        // Refused at once if too many wait: this client gets 503, and others still get their answers in time.
        Service::Offloaded(_) => passwords::hash(&password).try_start()?.await?,
    })
}

pub(crate) async fn thumbnail(
    State(service): State<Service>,
    picture: Bytes,
) -> Result<impl IntoResponse, Failure> {
    let small = match service {
        Service::Blocking(_) => thumbnails::thumbnail_blocking(&picture)?,
        Service::Offloaded(_) => thumbnails::thumbnail(&picture).try_start()?.await?,
    };
    Ok(([(CONTENT_TYPE, "image/jpeg")], small))
}

pub(crate) async fn visit(
    State(service): State<Service>,
    Path(name): Path<String>,
) -> Result<String, Failure> {
    let visits = match service {
        Service::Blocking(visits) => visits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .record(&name)?,
        Service::Offloaded(visits) => visits.record(&name).await?,
    };
    Ok(visits.to_string())
}
