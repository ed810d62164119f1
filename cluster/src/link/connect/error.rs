//! `ConnectError`: why a process has no connection.

use std::{error::Error, fmt, io};

/// Why a process has no connection.
///
/// ```
/// # async fn f() {
/// use tokio_offload_cluster::{Connect, connect};
///
/// if let Err(error) = connect(Connect::from_env()).await {
///     eprintln!("no cluster: {error}");
/// }
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectError(String);

impl ConnectError {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection to the cluster: {}", self.0)
    }
}

/// The same text, because a `main` that returns an error shows it so.
impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for ConnectError {}

/// Whether one side has rejected the other's certificate or login. A further try would have the same result.
pub(super) fn is_about_certificates(error: &async_nats::ConnectError) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The text, and what to do if it is of a server that answered without encryption.
pub(super) fn with_advice(text: String) -> String {
    if text.contains("InvalidContentType") {
        return format!(
            "{text}: a server does not use TLS, so use `nats://`, or configure TLS there"
        );
    }
    text
}

/// The text of an error and of its causes.
pub(super) fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
