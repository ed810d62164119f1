//! Finds the tickets that the client cannot read, and removes them. It ends the connection at each of them, with all messages behind it,
//! and the server would give it to nodes again and again. All others stay: their callers need them.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{JetStream, Refusal, api, time};
use crate::names;

/// How soon a server that was not ready is asked again. With less, one that starts gets more requests.
const PAUSE: Duration = Duration::from_millis(250);

/// The numbers of the tickets that the nodes of a release were given and have not acknowledged: none outside, some of those inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenTickets {
    /// When their consumer was made. One that was made again may belong to a stream with the same numbers for other tickets.
    made: Option<Duration>,
    /// The last one before them.
    before: u64,
    last: u64,
}

impl GivenTickets {
    /// As the server describes a consumer.
    pub(super) fn of(said: &Value) -> Self {
        let number = |path| said.pointer(path).and_then(Value::as_u64).unwrap_or(0);
        Self {
            made: said["created"].as_str().and_then(time::since_epoch),
            before: number("/ack_floor/stream_seq"),
            last: number("/delivered/stream_seq"),
        }
    }

    /// Those of them that are not among the first ones which were looked at, as `looked_at` says.
    pub(crate) fn after(self, looked_at: Self) -> Self {
        let before = if self.made == looked_at.made {
            self.before.max(looked_at.before)
        } else {
            self.before
        };
        Self { before, ..self }
    }
}

/// Whether a node without the right to this subject cannot look for such tickets, or not remove them.
pub(crate) fn searches((cluster, shard): (&str, u32), subject: &str) -> bool {
    let stream = names::stream(cluster, shard);
    [get(&stream), delete(&stream)]
        .iter()
        .any(|call| subject.strip_prefix("$JS.API.") == Some(call))
}

fn get(stream: &str) -> String {
    format!("STREAM.MSG.GET.{stream}")
}

fn delete(stream: &str) -> String {
    format!("STREAM.MSG.DELETE.{stream}")
}

/// Removes those of a release that its nodes were given. It tells after each ticket which ones are left to look at.
pub(crate) async fn remove_unreadable(
    to: &JetStream<'_>,
    (cluster, shard): (&str, u32),
    release: &str,
    (mut given, left): (GivenTickets, impl Fn(GivenTickets)),
) -> Result<(), Refusal> {
    let stream = names::stream(cluster, shard);
    let filter = names::calls_of(cluster, shard, release);
    while given.before < given.last {
        let which = json!({ "seq": given.before + 1, "next_by_subj": filter });
        // An error if there is none.
        let said = patiently(to, &get(&stream), &which).await?;
        let number = said.pointer("/message/seq").and_then(Value::as_u64);
        let Some(number) = number.filter(|number| (given.before + 1..=given.last).contains(number))
        else {
            break;
        };
        if !is_readable(&said["message"]) {
            // Refused if another node has removed it.
            let _ = patiently(to, &delete(&stream), &json!({ "seq": number })).await;
        }
        given.before = number;
        left(given);
    }
    Ok(())
}

/// Asks until the server is ready.
async fn patiently(to: &JetStream<'_>, call: &str, said: &Value) -> Result<Value, Refusal> {
    loop {
        match api(to, call, said).await {
            Err(refusal) if refusal.is_temporary => sleep(PAUSE).await,
            answer => return answer,
        }
    }
}

/// Whether the client can read a message, which the server describes here. In a description, bytes that are no text are replaced.
fn is_readable(message: &Value) -> bool {
    let subject = message["subject"].as_str();
    let is_subject = |sign: char| {
        !(sign.is_whitespace() || sign.is_control() || sign == char::REPLACEMENT_CHARACTER)
    };
    let headers = match &message["hdrs"] {
        Value::Null => true,
        headers => {
            let bytes = headers
                .as_str()
                .and_then(|text| BASE64_STANDARD.decode(text).ok());
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.is_some_and(|text| are_headers(&text))
        }
    };
    headers && subject.is_some_and(|subject| subject.chars().all(is_subject))
}

/// Whether all lines are headers. No ticket of ours has one over several lines, and none has a status.
fn are_headers(text: &str) -> bool {
    let mut lines = text.split("\r\n");
    let is_name = |name: &str| name.bytes().all(|sign| sign.is_ascii_graphic());
    let is_header = |line: &str| {
        let pair = line.split_once(':');
        let is_value = |value: &str| !value.contains(['\r', '\n']);
        line.is_empty() || pair.is_some_and(|(name, value)| is_name(name) && is_value(value))
    };
    lines.next() == Some("NATS/1.0") && lines.all(is_header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(subject: &str, headers: Option<&str>) -> bool {
        is_readable(&json!({ "subject": subject, "seq": 1, "hdrs": headers, "data": "eA==" }))
    }

    #[test]
    fn what_the_client_cannot_read_is_known() {
        let good = [
            None,
            // `traceparent: 00-1-2-01`, and one with a letter outside ASCII.
            Some("TkFUUy8xLjANCnRyYWNlcGFyZW50OiAwMC0xLTItMDENCg0K"),
            Some("TkFUUy8xLjANCnRyYWNlcGFyZW50OiDDvA0KDQo="),
            Some("TkFUUy8xLjANCg0K"),
        ];
        for headers in good {
            assert!(
                reads("offload.v1.c.0.call.r.app::größe", headers),
                "{headers:?}"
            );
        }
        let bad = [
            // `a: b\rc`, `no header`, a byte that is no text, another protocol, a status, no name, and what is no base64.
            "TkFUUy8xLjANCmE6IGINYw0KDQo=",
            "TkFUUy8xLjANCm5vIGhlYWRlcg0KDQo=",
            "TkFUUy8xLjANCmE6IP8NCg0K",
            "SFRUUC8xLjENCmE6IGINCg0K",
            "TkFUUy8xLjAgeA0KYTogYg0KDQo=",
            "TkFUUy8xLjANCmEgYjogYw0KDQo=",
            "a b",
        ];
        for headers in bad {
            assert!(
                !reads("offload.v1.c.0.call.r.f", Some(headers)),
                "{headers}"
            );
        }
        // The client separates words at each of these, and such a message has one too many.
        for subject in ["a.b\u{a0}c", "a.b\u{2003}c", "a.b\u{85}c", "a.b\u{fffd}"] {
            assert!(!reads(subject, None), "{subject:?}");
        }
    }

    #[test]
    fn what_was_given_is_between_two_numbers() {
        let said = json!({ "ack_floor": { "stream_seq": 3 }, "delivered": { "stream_seq": 7 } });
        let given = |before, last| GivenTickets {
            made: None,
            before,
            last,
        };
        assert_eq!(GivenTickets::of(&said), given(3, 7));
        assert_eq!(GivenTickets::of(&json!({})), GivenTickets::default());
    }

    /// A consumer that was made again may have the same numbers for other tickets.
    #[test]
    fn what_was_looked_at_is_known_for_one_consumer() {
        let of = |created: &str, before: u64, last: u64| {
            GivenTickets::of(&json!({
                "created": created,
                "ack_floor": { "stream_seq": before },
                "delivered": { "stream_seq": last },
            }))
        };
        let (one, other) = ("2026-12-01T04:00:00Z", "2026-12-01T04:00:01Z");
        let looked_at = of(one, 5, 7);
        for (given, left) in [
            (of(one, 3, 9), of(one, 5, 9)),
            (of(one, 6, 9), of(one, 6, 9)),
            (of(other, 3, 9), of(other, 3, 9)),
        ] {
            assert_eq!(given.after(looked_at), left);
        }
        assert_eq!(of(one, 0, 9).after(GivenTickets::default()), of(one, 0, 9));
    }
}
