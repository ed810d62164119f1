//! Makes the connection: the addresses of the servers (`settings`), the `login`, and the `error` if it fails.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use async_nats::{Client, ClientError, ConnectErrorKind, Event, Subscriber};
use tokio::sync::mpsc::UnboundedSender;

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

impl Connect {
    /// How long [`connect`](crate::connect) waits for servers that cannot be reached. Then it fails, and says why they cannot. Without
    /// this it waits for ever.
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
            let error = match options.connect(&self.urls).await {
                Ok(client) => return Ok(client),
                Err(error) => error,
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
                        let text = format!("no server could be reached: {}", whole(&error));
                        return Err(ConnectError::new(&text));
                    }
                    tokio::time::sleep(PAUSE).await;
                }
                _ => return Err(ConnectError::new(&error.to_string())),
            }
        }
    }
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
