//! Failures as answers of the service.

use std::fmt;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use image::ImageError;
use tokio_offload::Refused;

/// Why there is no better answer.
pub(crate) struct Failure {
    status: StatusCode,
    /// Empty where it is not the client's business.
    why: String,
}

impl Failure {
    fn new(status: StatusCode, why: impl fmt::Display) -> Self {
        Self {
            status,
            why: why.to_string(),
        }
    }

    /// What went wrong inside goes to the log, and not to the client.
    fn inside(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, self.why).into_response()
    }
}

/// The pool is full.
impl<R> From<Refused<R>> for Failure {
    fn from(refused: Refused<R>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, refused)
    }
}

/// Whoever sends a picture is to blame if it is none.
impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Decoding(_) | ImageError::Limits(_) | ImageError::Unsupported(_) => {
                Self::new(StatusCode::BAD_REQUEST, error)
            }
            _ => Self::inside(error),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::inside(error)
    }
}

impl From<argon2::password_hash::Error> for Failure {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::inside(error)
    }
}
