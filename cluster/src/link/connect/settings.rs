//! `Connect`: the addresses of the servers, and how this process logs in.

use std::{env, fmt, path::PathBuf, sync::Arc, time::Duration};

use async_nats::ConnectOptions;

use super::{
    error::ConnectError,
    login::{Login, without_login},
};
use crate::names::is_token;

/// The addresses of the servers, and the login of this process.
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
    pub(super) urls: Vec<String>,
    login: Login,
    roots: Vec<PathBuf>,
    certificate: Option<(PathBuf, PathBuf)>,
    tls: bool,
    name: String,
    inbox: Option<String>,
    pub(in crate::link) domain: Option<Arc<str>>,
    pub(super) wait: Option<Duration>,
}

impl Connect {
    /// The address of one server, or those of several servers of one NATS cluster, separated by commas. A name and a password
    /// may precede the host, as in `nats://name:password@host`. Without a port it is 4222. `tls://` requires encryption. Of several logins,
    /// here or by the methods below, the last one counts.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("tls://a.example.org:4222, tls://b.example.org:4222");
    /// ```
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
            domain: None,
            wait: None,
        }
    }

    /// Reads the environment: `NATS_URL` (default `nats://127.0.0.1:4222`), `NATS_CREDS` (path of a credentials file) and
    /// `NATS_INBOX` (the inbox prefix). A variable that is empty counts as not set.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::from_env();
    /// ```
    pub fn from_env() -> Self {
        let said = |name| env::var(name).ok().filter(|text| !text.trim().is_empty());
        let urls = said("NATS_URL").unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned());
        let mut connect = Self::url(urls);
        if let Some(file) = env::var_os("NATS_CREDS").filter(|file| !file.is_empty()) {
            connect.login = Login::File(file.into());
        }
        connect.inbox = said("NATS_INBOX");
        connect
    }

    /// Logs in with a token.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("nats://127.0.0.1:4222").token("secret");
    /// ```
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.login = Login::Token(token.into());
        self
    }

    /// Logs in with a name and a password.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("nats://127.0.0.1:4222").password("app", "secret");
    /// ```
    #[must_use]
    pub fn password(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Login::Password(user.into(), password.into());
        self
    }

    /// Logs in with an nkey. `seed` is its seed.
    ///
    /// ```no_run
    /// # use tokio_offload_cluster::Connect;
    /// let seed = std::fs::read_to_string("app.seed")?;
    /// let to = Connect::url("nats://127.0.0.1:4222").nkey(seed.trim());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// [`connect`](crate::connect) parses the seed, and fails if it is invalid.
    #[must_use]
    pub fn nkey(mut self, seed: impl Into<String>) -> Self {
        self.login = Login::Seed(seed.into());
        self
    }

    /// Logs in with a credentials file.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("tls://nats.example.org:4222").credentials_file("app.creds");
    /// ```
    ///
    /// [`connect`](crate::connect) reads the file, and fails if it cannot.
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.login = Login::File(path.into());
        self
    }

    /// Trusts servers whose certificates are signed by a root certificate in this file, and no others: what the system trusts counts only
    /// without this option. May be called more than once. The file is read again for each connection.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("tls://nats.example.org:4222").root_certificates("ca.pem");
    /// ```
    #[must_use]
    pub fn root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self.tls = true;
        self
    }

    /// Presents this client certificate to the servers. `key` is the file with its private key. Both are read again for each connection, so
    /// a certificate can be replaced before it expires while the program runs.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::url("tls://nats.example.org:4222").client_certificate("app.pem", "app.key");
    /// ```
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

    /// The name under which the servers list this connection.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::from_env().name("thumbnails");
    /// ```
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The prefix of the subjects on which this process receives messages: at most 64 letters, digits, `-` and `_`, or
    /// [`connect`](crate::connect) fails. The servers must allow it to subscribe to them. The default is `_INBOX`. Callers that share a
    /// prefix could read each other's messages.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::from_env().inbox_prefix("_IN_APP");
    /// ```
    #[must_use]
    pub fn inbox_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inbox = Some(prefix.into());
        self
    }

    /// The domain of the `JetStream` that has the streams. It is needed at a leaf node whose servers have a `JetStream` of their own, if
    /// callers and nodes are also at the hub: [the guide](crate::guide::operating#behind-a-leaf-node) shows an example.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// let to = Connect::from_env().domain("hub");
    /// ```
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into().into());
        self
    }

    /// Checks the names that become parts of subjects.
    fn check_names(&self) -> Result<(), ConnectError> {
        let prefix = self
            .inbox
            .as_deref()
            .map(|name| ("prefix of the inbox", name));
        let domain = self
            .domain
            .as_deref()
            .map(|name| ("name of the domain", name));
        let mut names = prefix.into_iter().chain(domain);
        match names.find(|(_, name)| !is_token(name)) {
            None => Ok(()),
            Some((what, _)) => Err(ConnectError::new(&format!(
                "the {what} has up to 64 letters, digits, `-` and `_`"
            ))),
        }
    }

    /// The options of the client, with the contents of the files.
    pub(super) async fn options(&self) -> Result<ConnectOptions, ConnectError> {
        let mut options = ConnectOptions::new()
            .name(&self.name)
            .require_tls(self.tls)
            // Further messages are dropped and sent again, so no sender can fill the memory of this process. With less, bursts are dropped.
            .subscription_capacity(1 << 14)
            .client_capacity(1 << 14)
            // At first soon, because most interruptions are short. With less, servers that restart get more attempts.
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(if attempt < 2 { 50 } else { 400 })
            });
        self.check_names()?;
        for roots in &self.roots {
            options = options.add_root_certificates(roots.clone());
        }
        if let Some((certificate, key)) = self.certificate.clone() {
            options = options.add_client_certificate(certificate, key);
        }
        if let Some(prefix) = &self.inbox {
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
}

/// Shows no passwords, tokens or keys.
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
    use super::*;

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
