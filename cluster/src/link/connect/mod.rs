//! `connect`: how this process comes to a connection that all its clusters share, and how it is lost.

use std::{env, fmt, path::PathBuf, time::Duration};

use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event};
use tokio::sync::mpsc::UnboundedSender;

mod error;
mod login;

pub use error::ConnectError;
use login::{Login, without_login};

use crate::{
    link::{self, Command, denial::Denial},
    names::is_token,
};

/// How soon an unreachable server is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// Where the servers are, and who this process is to them.
///
/// ```no_run
/// use tokio_offload_cluster::{Connect, connect};
///
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// connect(Connect::url("tls://nats.example.org:4222").credentials_file("app.creds")).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Connect {
    urls: Vec<String>,
    login: Login,
    roots: Vec<PathBuf>,
    certificate: Option<(PathBuf, PathBuf)>,
    tls: bool,
    name: String,
    inbox: Option<String>,
}

impl Connect {
    /// One server, or some of one NATS cluster with commas between them. A name and a password may stand in front of a host, as in
    /// `nats://name:password@host`.
    pub fn url(urls: impl Into<String>) -> Self {
        let mut login = Login::None;
        let urls = urls.into();
        let urls = urls.split(',').map(|url| {
            let (found, url) = without_login(url.trim());
            login = found.unwrap_or_else(|| login.clone());
            url
        });
        Self {
            urls: urls.collect(),
            login,
            roots: Vec::new(),
            certificate: None,
            tls: false,
            name: "tokio-offload".to_owned(),
            inbox: None,
        }
    }

    /// What the variables `NATS_URL` (`nats://127.0.0.1:4222` without it), `NATS_CREDS` (a file) and `NATS_INBOX` (a prefix) say.
    pub fn from_env() -> Self {
        let urls = env::var("NATS_URL").unwrap_or_else(|_| "nats://127.0.0.1:4222".to_owned());
        let mut connect = Self::url(urls);
        if let Some(file) = env::var_os("NATS_CREDS") {
            connect.login = Login::File(file.into());
        }
        connect.inbox = env::var("NATS_INBOX").ok();
        connect
    }

    /// Logs in with a token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.login = Login::Token(token.into());
        self
    }

    /// Logs in with a name and a password.
    #[must_use]
    pub fn password(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Login::Password(user.into(), password.into());
        self
    }

    /// Logs in with an nkey, of which this is the seed.
    #[must_use]
    pub fn nkey(mut self, seed: impl Into<String>) -> Self {
        self.login = Login::Seed(seed.into());
        self
    }

    /// Logs in with what is in a credentials file.
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.login = Login::File(path.into());
        self
    }

    /// Trusts servers whose certificates lead to one in this file, also. May be said more than once.
    #[must_use]
    pub fn root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self.tls = true;
        self
    }

    /// Shows the servers this certificate, with its key.
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.certificate = Some((certificate.into(), key.into()));
        self.tls = true;
        self
    }

    /// What the servers show as the name of this connection.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The first token of the subjects that this process hears at, `_INBOX` unless said otherwise: what the servers allow it to
    /// subscribe to. Callers that may share one could read each other's arguments.
    #[must_use]
    pub fn inbox_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inbox = Some(prefix.into());
        self
    }

    async fn options(&self) -> Result<ConnectOptions, ConnectError> {
        let mut options = ConnectOptions::new()
            .name(&self.name)
            .require_tls(self.tls)
            // What is dropped beyond that is said again. So nobody fills the memory of this process who only sends fast enough.
            .subscription_capacity(1 << 14)
            .client_capacity(1 << 14)
            // Nodes and callers come back together, and soon.
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(if attempt < 2 { 50 } else { 400 })
            });
        for roots in &self.roots {
            options = options.add_root_certificates(roots.clone());
        }
        if let Some((certificate, key)) = self.certificate.clone() {
            options = options.add_client_certificate(certificate, key);
        }
        if let Some(prefix) = &self.inbox {
            if !is_token(prefix) {
                return Err(ConnectError::new(
                    "the prefix of the inbox has up to 64 letters, digits, `-` and `_`",
                ));
            }
            options = options.custom_inbox_prefix(prefix);
        }
        Ok(match self.login.clone() {
            Login::None => options,
            Login::Token(token) => options.token(token),
            Login::Password(user, password) => options.user_and_password(user, password),
            Login::Seed(seed) => options.nkey(seed),
            Login::File(path) => {
                let read = options.credentials_file(&path).await;
                read.map_err(|error| {
                    ConnectError::new(&format!("the credentials in {}: {error}", path.display()))
                })?
            }
        })
    }

    /// Tries until a server is there. What no further try could change is an error.
    pub(crate) async fn open(
        &self,
        events: UnboundedSender<Command>,
    ) -> Result<Client, ConnectError> {
        loop {
            let events = events.clone();
            let options = self.options().await?.event_callback(move |event| {
                let command = command(event);
                let events = events.clone();
                async move {
                    if let Some(command) = command {
                        // When nobody listens any more, nobody needs to know.
                        let _ = events.send(command);
                    }
                }
            });
            let error = match options.connect(&self.urls).await {
                Ok(client) => return Ok(client),
                Err(error) => error,
            };
            match error.kind() {
                ConnectErrorKind::Dns
                | ConnectErrorKind::TimedOut
                | ConnectErrorKind::Io
                | ConnectErrorKind::MaxReconnects => tokio::time::sleep(PAUSE).await,
                _ => return Err(ConnectError::new(&error.to_string())),
            }
        }
    }
}

/// What an event of the connection means here.
fn command(event: Event) -> Option<Command> {
    match event {
        Event::Connected => Some(Command::Connected),
        Event::Disconnected => Some(Command::Disconnected),
        Event::Closed => Some(Command::Close),
        Event::ServerError(error) => Denial::of(&error.to_string()).map(Command::Denied),
        _ => None,
    }
}

/// Connects this process, once for all its clusters. It waits for servers that cannot be reached, and comes back by itself after
/// it has lost one.
///
/// The connection belongs to a thread of its own, `offload-cluster`: it does not depend on a runtime of the program.
///
/// # Errors
///
/// When the servers refuse the login or the certificates, when a file cannot be read, or when the process is connected already.
///
/// # Cancel safety
///
/// Dropped, it is as if it had not been called.
pub async fn connect(to: Connect) -> Result<(), ConnectError> {
    link::open(to).await
}

/// Ends the connection: calls that have not ended fail with `Error::Shutdown`, and `connect` may be called again.
pub async fn disconnect() {
    link::close().await;
}

/// Without what it logs in with.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("urls", &self.urls)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use async_nats::ServerError;

    use super::*;

    #[test]
    fn a_denied_message_is_known_by_its_subject() {
        let text = "Permissions Violation for Publish to \"offload.v1.a.who\"";
        let event = Event::ServerError(ServerError::Other(text.to_owned()));
        match command(event) {
            Some(Command::Denied(denial)) => assert_eq!(denial.subject, "offload.v1.a.who"),
            _ => panic!("not seen"),
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let connect = Connect::url("a, b").token("s3cret");
        assert!(!format!("{connect:?}").contains("s3cret"));
        assert_eq!(connect.urls, ["a", "b"]);
        let connect = Connect::url("tls://me:s3cret@host:4222/x@y,nats://t@b,c");
        assert!(!format!("{connect:?}").contains("s3cret"));
        assert_eq!(connect.urls, ["tls://host:4222/x@y", "nats://b", "c"]);
        assert!(matches!(connect.login, Login::Token(token) if token == "t"));
    }
}
