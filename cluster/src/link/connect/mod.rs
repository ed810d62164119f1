//! Makes the connection: the addresses of the servers (`settings`), the `login`, and the `error` if it fails.

use std::{
    error::Error,
    fmt::Display,
    time::{Duration, Instant},
};

use async_nats::{Client, ClientError, ConnectErrorKind, Event, Subscriber};
use tokio::{sync::mpsc::UnboundedSender, time::timeout};

mod error;
mod login;
mod settings;

pub use error::ConnectError;
use error::{is_about_certificates, whole, with_advice};
pub use settings::Connect;

use crate::link::{
    command::{Command, Unreached},
    denial::Denial,
};

/// How soon an unreachable server is tried again. With more, a process connects later after the server has started.
const PAUSE: Duration = Duration::from_millis(250);
/// How long each server may take to answer, however short the limit is. With less, a slow server is not reached.
const LEAST: Duration = Duration::from_secs(1);
/// More than an attempt takes, because the client has a limit of its own for each server.
const FOREVER: Duration = Duration::from_secs(1 << 30);

impl Connect {
    /// How long [`connect`](crate::connect) waits for servers that cannot be reached. Then it fails, and says why they cannot. Each server
    /// has at least one second. Without this it waits for ever.
    ///
    /// ```
    /// # use tokio_offload_cluster::Connect;
    /// use std::time::Duration;
    ///
    /// let to = Connect::from_env().wait_for_servers(Duration::from_secs(30));
    /// ```
    #[must_use]
    pub const fn wait_for_servers(mut self, limit: Duration) -> Self {
        self.wait = Some(limit);
        self
    }

    /// Tries until a server answers. An error that no further try could change is returned.
    async fn open(&self, events: UnboundedSender<Command>) -> Result<Client, ConnectError> {
        let begun = Instant::now();
        loop {
            let (events, domain) = (events.clone(), self.domain.clone());
            let options = self.options().await?.event_callback(move |event| {
                let command = command(event, domain.as_deref());
                let events = events.clone();
                async move {
                    if let Some(command) = command {
                        // If the receiver is gone, the event is not needed.
                        let _ = events.send(command);
                    }
                }
            });
            let attempt = options.connect(&self.urls);
            let error = match timeout(self.patience(begun.elapsed()), attempt).await {
                Ok(Ok(client)) => return Ok(client),
                Ok(Err(error)) => error,
                Err(_) => return Err(unreachable(&"none has answered in time")),
            };
            match error.kind() {
                ConnectErrorKind::Io if is_about_certificates(&error) => {
                    return Err(ConnectError::new(&with_advice(whole(&error))));
                }
                ConnectErrorKind::Dns
                | ConnectErrorKind::TimedOut
                | ConnectErrorKind::Io
                | ConnectErrorKind::MaxReconnects => {
                    if self.wait.is_some_and(|wait| begun.elapsed() >= wait) {
                        return Err(unreachable(&whole(&error)));
                    }
                    tokio::time::sleep(PAUSE).await;
                }
                _ => return Err(ConnectError::new(&error.to_string())),
            }
        }
    }

    /// How long an attempt may take that begins that long after the first one. Also at the end of the limit each server has a moment.
    fn patience(&self, elapsed: Duration) -> Duration {
        let count = u32::try_from(self.urls.len()).unwrap_or(u32::MAX);
        let least = LEAST.saturating_mul(count);
        let left = self.wait.map(|wait| wait.saturating_sub(elapsed));
        left.map_or(FOREVER, |left| left.max(least).min(FOREVER))
    }
}

fn unreachable(why: &dyn Display) -> ConnectError {
    ConnectError::new(&format!("no server could be reached: {why}"))
}

impl Connect {
    /// Tries the same, and subscribes to that inbox, or to a new one.
    pub(crate) async fn open_with_inbox(
        &self,
        inbox: Option<String>,
        events: UnboundedSender<Command>,
    ) -> Result<(Client, String, Subscriber), ConnectError> {
        let client = self.open(events).await?;
        let inbox = inbox.unwrap_or_else(|| client.new_inbox());
        let refused = |error: &dyn Error| ConnectError::new(&error.to_string());
        let subscriber = client.subscribe(format!("{inbox}.>")).await;
        let subscriber = subscriber.map_err(|error| refused(&error))?;
        client.flush().await.map_err(|error| refused(&error))?;
        Ok((client, inbox, subscriber))
    }
}

/// Translates an event of the connection.
fn command(event: Event, domain: Option<&str>) -> Option<Command> {
    match event {
        Event::Connected => Some(Command::Connected),
        Event::Disconnected => Some(Command::Disconnected),
        Event::Closed => Some(Command::Close),
        Event::ServerError(error) => Denial::of(&error.to_string(), domain).map(Command::Denied),
        Event::ClientError(ClientError::Other(text)) => Some(Command::Unreached(unreached(text))),
        _ => None,
    }
}

impl ConnectError {
    /// Why an attempt to connect again has failed.
    pub(crate) fn unreached(self) -> Unreached {
        unreached(self.into_text())
    }
}

/// The client gives only the text of the kind of the error.
fn unreached(text: String) -> Unreached {
    let of_logins = [
        ConnectErrorKind::AuthorizationViolation,
        ConnectErrorKind::Authentication,
    ];
    let is_login = of_logins.iter().any(|kind| kind.to_string() == text);
    Unreached { text, is_login }
}

#[cfg(test)]
mod tests {
    use async_nats::ServerError;

    use super::*;

    #[test]
    fn an_attempt_is_part_of_the_wait() {
        let (url, second) = ("a, b", Duration::from_secs(1));
        assert_eq!(Connect::url(url).patience(second), FOREVER);
        let to = Connect::url(url).wait_for_servers(second * 10);
        for (elapsed, patience) in [(0, 10), (3, 7), (9, 2), (20, 2)] {
            assert_eq!(to.patience(second * elapsed), second * patience);
        }
        let to = Connect::url(url).wait_for_servers(Duration::MAX);
        assert_eq!(to.patience(second), FOREVER);
    }

    #[test]
    fn a_denied_message_is_known_by_its_subject() {
        let text = "Permissions Violation for Publish to \"offload.v1.a.who\"";
        let event = Event::ServerError(ServerError::Other(text.to_owned()));
        match command(event, None) {
            Some(Command::Denied(denial)) => assert_eq!(denial.subject, "offload.v1.a.who"),
            _ => panic!("not seen"),
        }
    }

    #[test]
    fn a_refused_login_is_known_by_its_text() {
        for (text, expected) in [("authorization violation", true), ("IO error", false)] {
            let event = Event::ClientError(ClientError::Other(text.to_owned()));
            match command(event, None) {
                Some(Command::Unreached(why)) => {
                    assert_eq!((&*why.text, why.is_login), (text, expected));
                }
                _ => panic!("not seen"),
            }
        }
    }
}
