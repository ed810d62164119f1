//! What is said to the server's `JetStream`, and what it says: the stream and the consumers of a cluster, pulls, words on tickets.

use std::time::Duration;

use async_nats::{Client, Message, StatusCode};
use serde_json::{Value, json};

use crate::{cluster::Cluster, desk::queue::Ack, names};

/// How old a ticket becomes: callers write theirs again before.
const OLDEST: Duration = Duration::from_secs(600);
/// How long a ticket may be out before it is given to another node. That only happens if one ends between pull and claim.
const CLAIMED: Duration = Duration::from_secs(5);
/// How long a release without nodes is remembered.
const DEAD: Duration = Duration::from_secs(3600);
/// How long a pull stands.
pub(crate) const PULL: Duration = Duration::from_secs(30);
/// The stream has that name, and is another one.
const OTHER_STREAM: u64 = 10058;
/// The stream is full.
const FULL: u64 = 10077;

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// What the server says of a ticket.
pub(crate) fn ack(message: &Message) -> Ack {
    if message.status == Some(StatusCode::NO_RESPONDERS) {
        return Ack::NoStream;
    }
    match serde_json::from_slice::<Value>(&message.payload) {
        Ok(said) => match said.get("error") {
            None => Ack::Accepted,
            Some(error) if code(error) == FULL => Ack::Full,
            Some(error) => Ack::Refused(text(error)),
        },
        Err(_) => Ack::Refused("the server's word on a ticket cannot be read".to_owned()),
    }
}

fn code(error: &Value) -> u64 {
    error.get("err_code").and_then(Value::as_u64).unwrap_or(0)
}

fn text(error: &Value) -> String {
    let text = error.get("description").and_then(Value::as_str);
    text.unwrap_or("JetStream refused it").to_owned()
}

/// Makes the stream of a cluster, or brings the one that is there to its settings.
pub(crate) async fn declare(client: &Client, cluster: &Cluster) -> Result<(), String> {
    let stream = names::stream(cluster.name);
    let config = json!({
        "name": stream,
        "subjects": [names::calls(cluster.name)],
        "retention": "workqueue",
        "storage": "memory",
        "num_replicas": 1,
        "discard": "new",
        "max_msgs": cluster.queue_capacity,
        "max_age": nanos(OLDEST),
        "duplicate_window": nanos(Duration::from_secs(1)),
    });
    match api(client, &format!("STREAM.CREATE.{stream}"), &config).await {
        Err((OTHER_STREAM, _)) => {
            let updated = api(client, &format!("STREAM.UPDATE.{stream}"), &config).await;
            updated.map(drop).map_err(|(_, text)| text)
        }
        done => done.map(drop).map_err(|(_, text)| text),
    }
}

/// Makes the consumer of a release, unless it is there.
pub(crate) async fn consume(client: &Client, cluster: &str, release: &str) -> Result<(), String> {
    let (stream, filter) = (names::stream(cluster), names::calls_of(cluster, release));
    let config = json!({
        "stream_name": stream,
        "config": {
            "durable_name": release,
            "name": release,
            "filter_subject": filter,
            "ack_policy": "explicit",
            "ack_wait": nanos(CLAIMED),
            "max_ack_pending": -1,
            "deliver_policy": "all",
            "replay_policy": "instant",
            "inactive_threshold": nanos(DEAD),
        },
    });
    let call = format!("CONSUMER.CREATE.{stream}.{release}.{filter}");
    api(client, &call, &config)
        .await
        .map(drop)
        .map_err(|(_, text)| text)
}

/// How many tickets wait for a release, and how many in all of the stream.
pub(crate) async fn waiting(client: &Client, cluster: &str) -> Result<u64, String> {
    let stream = names::stream(cluster);
    let said = api(client, &format!("STREAM.INFO.{stream}"), &json!({})).await;
    let said = said.map_err(|(_, text)| text)?;
    let messages = said.pointer("/state/messages").and_then(Value::as_u64);
    messages.ok_or_else(|| "the server did not say".to_owned())
}

/// Where pulls of a release go, and what one says that wants so many tickets.
pub(crate) fn pull(cluster: &str, release: &str, batch: usize) -> (String, Vec<u8>) {
    let subject = format!(
        "$JS.API.CONSUMER.MSG.NEXT.{}.{release}",
        names::stream(cluster)
    );
    let pull = json!({ "batch": batch, "expires": nanos(PULL) });
    (subject, pull.to_string().into_bytes())
}

/// Whether that is where the server is asked about the stream of a cluster, or its consumers.
pub(crate) fn is_about(subject: &str, cluster: &str) -> bool {
    let stream = names::stream(cluster);
    subject.starts_with("$JS.API.") && subject.split('.').any(|token| token == stream)
}

async fn api(client: &Client, call: &str, said: &Value) -> Result<Value, (u64, String)> {
    let request = client.request(format!("$JS.API.{call}"), said.to_string().into());
    let answer = request.await.map_err(|error| (0, error.to_string()))?;
    if answer.status == Some(StatusCode::NO_RESPONDERS) {
        return Err((
            0,
            "the server has no JetStream (start it with `-js`)".to_owned(),
        ));
    }
    let said: Value =
        serde_json::from_slice(&answer.payload).map_err(|error| (0, error.to_string()))?;
    match said.get("error") {
        None => Ok(said),
        Some(error) => Err((code(error), text(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(payload: &str, status: Option<StatusCode>) -> Ack {
        ack(&Message {
            subject: "i.p.1".into(),
            reply: None,
            payload: payload.to_owned().into(),
            headers: None,
            status,
            description: None,
            length: 0,
        })
    }

    #[test]
    fn the_word_of_the_server_is_understood() {
        assert_eq!(said(r#"{"stream":"S","seq":1}"#, None), Ack::Accepted);
        let full =
            r#"{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}"#;
        assert_eq!(said(full, None), Ack::Full);
        let other = r#"{"error":{"code":400,"err_code":1,"description":"no"}}"#;
        assert_eq!(said(other, None), Ack::Refused("no".to_owned()));
        assert_eq!(said("", Some(StatusCode::NO_RESPONDERS)), Ack::NoStream);
        assert!(matches!(said("?", None), Ack::Refused(_)));
    }
}
