//! Refusals of the servers. A refused message gets no answer, so code that waits for an answer watches for refusals too.

use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::names;

/// Something that the servers have refused to this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    /// Empty if the login was refused.
    pub(crate) subject: String,
    /// Whether a subscription was refused; otherwise a message was.
    pub(crate) is_hearing: bool,
    /// The text of the server.
    pub(crate) text: String,
}

impl Denial {
    /// Parses an error of a server, if it is about permissions. The subject is the one without the domain.
    pub(crate) fn of(text: &str, domain: Option<&str>) -> Option<Self> {
        let sending = text
            .split_once("Publish to \"")
            .map(|(_, rest)| (rest, false));
        let hearing = || {
            let rest = text.split_once("Subscription to \"");
            rest.map(|(_, rest)| (rest, true))
        };
        let (rest, is_hearing) = sending.or_else(hearing)?;
        let (subject, _) = rest.split_once('"')?;
        Some(Self {
            subject: names::without_domain(domain, subject.to_owned()),
            is_hearing,
            text: text.to_owned(),
        })
    }

    /// The login was refused.
    pub(crate) fn of_login(text: &str) -> Self {
        Self {
            subject: String::new(),
            is_hearing: false,
            text: format!("the login is refused: {text}"),
        }
    }

    /// Whether the login was refused, so that no message gets an answer.
    pub(crate) const fn is_login(&self) -> bool {
        self.subject.is_empty()
    }

    /// Whether the subscription to this inbox was refused.
    pub(crate) fn is_below(&self, inbox: &str) -> bool {
        let rest = self.subject.strip_prefix(inbox);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The next denial for which the condition holds, or of the login.
pub(crate) async fn denied(
    denials: &mut Receiver<Denial>,
    concerns: impl Fn(&Denial) -> bool,
) -> Denial {
    loop {
        match denials.recv().await {
            Ok(denial) if denial.is_login() || concerns(&denial) => return denial,
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_known_by_its_subject() {
        let text = "nats: Permissions Violation for Publish to \"offload.v1.a.who\"";
        let denial = Denial::of(text, None).unwrap();
        assert_eq!(
            (&*denial.subject, denial.is_hearing),
            ("offload.v1.a.who", false)
        );
        let text = "Permissions Violation for Subscription to \"_IN.a.>\" using queue \"b\"";
        let denial = Denial::of(text, None).unwrap();
        assert_eq!((&*denial.subject, denial.is_hearing), ("_IN.a.>", true));
        assert!(denial.is_below("_IN.a") && denial.is_below("_IN"));
        assert!(!denial.is_below("_IN.b") && !denial.is_below("_I"));
        let text = "Permissions Violation for Publish to \"$JS.hub.API.STREAM.INFO.a\"";
        let denial = Denial::of(text, Some("hub")).unwrap();
        assert_eq!(denial.subject, "$JS.API.STREAM.INFO.a");
        assert!(!denial.is_login() && Denial::of_login("no").is_login());
        assert_eq!(Denial::of("Authorization Violation", None), None);
        assert_eq!(Denial::of("Publish to \"never ends", None), None);
    }
}
