//! Requests to the server's `JetStream` and its answers: the stream and the consumers of a cluster, pulls, and tickets.

use std::{sync::Arc, time::Duration};

use async_nats::{Client, Request, RequestErrorKind};
use serde_json::{Value, json};

use crate::{cluster::Cluster, names};

mod answers;
#[cfg(test)]
mod tests;
mod time;
mod unreadable;

pub(crate) use answers::{ack, kept};
pub(crate) use unreadable::{GivenTickets, remove_unreadable, searches};

/// How long the stream keeps a ticket. Callers write theirs again before that. A choice, as the other times here.
const OLDEST: Duration = Duration::from_secs(600);
/// How long a node may have a ticket before another node gets it, as when it ends between pull and claim. With less, claims are doubled.
const CLAIMED: Duration = Duration::from_secs(5);
/// How long the server keeps the consumer of a release without nodes. With less, it is made again more often; each takes some memory.
const DEAD: Duration = Duration::from_secs(3600);
/// How long a pull is valid. With less, idle nodes send more pulls; with more, servers keep pulls of dead nodes for longer.
const PULL: Duration = Duration::from_secs(30);
/// How many requests for tickets one consumer may have: one of each node of a release. The server's own limit is 512.
const PULLS: u32 = 16_384;
/// How often the server says that it still has a pull. With more, a lost pull is noticed later; with less, idle nodes get more messages.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(5);
/// The server's error code if another stream has that name.
const OTHER_STREAM: u64 = 10058;
/// The server's error code if there is no such stream.
const NO_STREAM: u64 = 10059;

/// Where requests go: the servers, and the domain if it is not their own.
pub(crate) struct JetStream<'a> {
    pub(crate) client: Arc<Client>,
    pub(crate) domain: Option<&'a str>,
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Why the server did not carry out a request.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    code: u64,
    /// The servers are not ready, such as several servers that have just started.
    pub(crate) is_temporary: bool,
    pub(crate) text: String,
}

impl Refusal {
    fn of(error: &Value) -> Self {
        Self {
            code: code(error),
            is_temporary: error.get("code").and_then(Value::as_u64) == Some(503),
            text: text(error),
        }
    }

    /// A permission is missing.
    pub(crate) const fn denied(text: String) -> Self {
        Self {
            code: 0,
            is_temporary: false,
            text,
        }
    }

    fn saying(self, text: String) -> Self {
        Self { text, ..self }
    }

    fn new(text: &str, is_temporary: bool) -> Self {
        Self {
            code: 0,
            is_temporary,
            text: text.to_owned(),
        }
    }
}

fn code(error: &Value) -> u64 {
    error.get("err_code").and_then(Value::as_u64).unwrap_or(0)
}

fn text(error: &Value) -> String {
    let text = error.get("description").and_then(Value::as_str);
    text.unwrap_or("JetStream refused it").to_owned()
}

/// Makes the stream of a shard, or updates the settings of an existing one.
pub(crate) async fn declare(
    to: &JetStream<'_>,
    cluster: &Cluster,
    shard: u32,
) -> Result<(), Refusal> {
    let stream = names::stream(cluster.name, shard);
    let shards = usize::try_from(cluster.shards).unwrap_or(1);
    let config = json!({
        "name": stream,
        "subjects": [names::calls(cluster.name, shard)],
        "retention": "workqueue",
        "storage": "memory",
        "num_replicas": cluster.replicas,
        "discard": "new",
        "max_msgs": cluster.queue_capacity.div_ceil(shards),
        "max_age": nanos(OLDEST),
        "duplicate_window": nanos(Duration::from_secs(1)),
    });
    match api(to, &format!("STREAM.CREATE.{stream}"), &config).await {
        Err(refusal) if refusal.code == OTHER_STREAM => {
            let updated = api(to, &format!("STREAM.UPDATE.{stream}"), &config).await;
            updated.map(drop)
        }
        done => done.map(drop),
    }
}

/// Whether the stream of a shard, which nodes are not to make, can hold tickets: each until one node has taken it, and none dropped for
/// another.
pub(crate) async fn check(to: &JetStream<'_>, cluster: &str, shard: u32) -> Result<(), Refusal> {
    let stream = names::stream(cluster, shard);
    let said = api(to, &format!("STREAM.INFO.{stream}"), &json!({})).await;
    let said = said.map_err(|refusal| match refusal.code {
        NO_STREAM => refusal.saying(format!(
            "there is no stream `{stream}`, and `manage_stream(false)` leaves it to others to make it"
        )),
        _ => refusal,
    })?;
    let subject = names::calls(cluster, shard);
    let config = &said["config"];
    let subjects = config["subjects"].as_array();
    let wrong = if config["retention"] != "workqueue" {
        "its retention must be `workqueue`".to_owned()
    } else if config["discard"] != "new" {
        "its discard policy must be `new`".to_owned()
    } else if subjects.is_none_or(|subjects| !subjects.contains(&subject.as_str().into())) {
        format!("its subjects must include `{subject}`")
    } else {
        return Ok(());
    };
    let text = format!("the stream `{stream}` cannot hold calls: {wrong}");
    Err(Refusal::new(&text, false))
}

/// Makes the consumer of a release in a shard, unless it exists. One that exists keeps its number of requests, which cannot be changed.
/// Returns which tickets its nodes were given.
pub(crate) async fn consume(
    to: &JetStream<'_>,
    (cluster, shard): (&str, u32),
    release: &str,
) -> Result<GivenTickets, Refusal> {
    let stream = names::stream(cluster, shard);
    let filter = names::calls_of(cluster, shard, release);
    let config = json!({
        "stream_name": stream,
        "config": {
            "durable_name": release,
            "name": release,
            "filter_subject": filter,
            "ack_policy": "explicit",
            "ack_wait": nanos(CLAIMED),
            "max_ack_pending": -1,
            "max_waiting": PULLS,
            "deliver_policy": "all",
            "replay_policy": "instant",
            "inactive_threshold": nanos(DEAD),
        },
    });
    let call = format!("CONSUMER.CREATE.{stream}.{release}.{filter}");
    match api(to, &call, &config).await {
        Err(refusal) if refusal.text.contains("max waiting can not be updated") => {
            Ok(GivenTickets::default())
        }
        said => Ok(GivenTickets::of(&said?)),
    }
}

/// How many tickets are in a shard.
pub(crate) async fn waiting(to: &JetStream<'_>, cluster: &str, shard: u32) -> Result<u64, String> {
    let stream = names::stream(cluster, shard);
    let said = api(to, &format!("STREAM.INFO.{stream}"), &json!({})).await;
    let said = said.map_err(|refusal| refusal.text)?;
    let messages = said.pointer("/state/messages").and_then(Value::as_u64);
    messages.ok_or_else(|| "the server did not say".to_owned())
}

/// The subject for pulls of a release, and the body of a pull for this many tickets: of those that are there now, or also of later ones.
pub(crate) fn pull(
    (cluster, shard): (&str, u32),
    release: &str,
    (batch, now_only): (usize, bool),
) -> (String, Vec<u8>) {
    let subject = format!(
        "$JS.API.CONSUMER.MSG.NEXT.{}.{release}",
        names::stream(cluster, shard)
    );
    let pull = if now_only {
        json!({ "batch": batch, "no_wait": true })
    } else {
        json!({ "batch": batch, "expires": nanos(PULL), "idle_heartbeat": nanos(HEARTBEAT) })
    };
    (subject, pull.to_string().into_bytes())
}

/// How many tickets the consumer had besides the one whose acknowledgement goes to that subject. Newer servers name the domain and the
/// account in it, and may add to its end.
pub(crate) fn pending(ack: &str) -> u64 {
    let tokens: Vec<_> = ack.split('.').collect();
    let at = if tokens.len() == 9 { 8 } else { 10 };
    tokens
        .get(at)
        .and_then(|token| token.parse().ok())
        .unwrap_or(0)
}

/// Whether that subject is a request about the stream of a cluster or its consumers.
pub(crate) fn is_about(subject: &str, cluster: &str) -> bool {
    let mut tokens = subject.split('.');
    subject.starts_with("$JS.API.") && tokens.any(|token| names::is_stream_of(token, cluster))
}

/// Whether a ticket of a cluster is acknowledged on that subject.
pub(crate) fn is_ack(subject: &str, cluster: &str) -> bool {
    let mut tokens = subject.split('.');
    subject.starts_with("$JS.ACK.") && tokens.any(|token| names::is_stream_of(token, cluster))
}

fn no_jetstream(domain: Option<&str>) -> String {
    domain.map_or_else(
        || "the server has no JetStream (start it with `-js`)".to_owned(),
        |name| format!("there is no JetStream with the domain `{name}`, or no connection to it"),
    )
}

async fn api(to: &JetStream<'_>, call: &str, said: &Value) -> Result<Value, Refusal> {
    let subject = names::in_domain(to.domain, format!("$JS.API.{call}"));
    // An inbox of its own, because the client keeps requests in the common one for ever if they are not answered.
    let request = Request::new().payload(said.to_string().into());
    let request = request.inbox(to.client.new_inbox());
    let answer = to.client.send_request(subject, request).await;
    let answer = answer.map_err(|error| match error.kind() {
        RequestErrorKind::NoResponders => Refusal::new(&no_jetstream(to.domain), false),
        kind => Refusal::new(&error.to_string(), kind == RequestErrorKind::TimedOut),
    })?;
    let said: Value = serde_json::from_slice(&answer.payload)
        .map_err(|error| Refusal::new(&error.to_string(), false))?;
    match said.get("error") {
        None => Ok(said),
        Some(error) => Err(Refusal::of(error)),
    }
}
