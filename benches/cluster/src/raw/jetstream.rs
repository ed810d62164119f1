//! A stream used directly: the caller publishes the work and the subject for the answer, and one process pulls, answers and acknowledges.
//!
//! It lacks features of a call: it does not notice a lost node, may run a body twice, and cannot cancel.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_nats::{Client, Message};
use futures_util::{StreamExt, future::BoxFuture};
use serde_json::{Value, json};
use tokio::sync::{mpsc::unbounded_channel, oneshot};

use super::{body, message};
use crate::{
    processes::{Role, Servant, Server, connected, ready},
    scenario::{SLOTS, Scenario, Work},
    way::{Callee, Figure, Name, Problem, Way, time},
};

/// Slots for bodies that do nothing: as many as a node of the cluster has.
const MANY: usize = 64;
const STREAMS: [(&str, usize); 2] = [("BENCH-many", MANY), ("BENCH-few", SLOTS)];

async fn api(client: &Client, call: String, config: Value) -> Result<(), Problem> {
    let said = client
        .request(format!("$JS.API.{call}"), config.to_string().into())
        .await?;
    let said: Value = serde_json::from_slice(&said.payload)?;
    match said.get("error") {
        None => Ok(()),
        Some(error) => Err(format!("JetStream: {error}").into()),
    }
}

async fn declare(client: &Client, stream: &str) -> Result<(), Problem> {
    let config = json!({
        "name": stream, "subjects": [format!("{stream}.>")], "retention": "workqueue", "storage": "memory",
    });
    api(client, format!("STREAM.CREATE.{stream}"), config).await?;
    let consumer = json!({
        "stream_name": stream,
        "config": {"durable_name": "node", "name": "node", "ack_policy": "explicit", "max_ack_pending": -1},
    });
    api(client, format!("CONSUMER.CREATE.{stream}.node"), consumer).await
}

/// The role of a process that pulls.
pub(crate) async fn pull(client: Client) -> Result<(), Problem> {
    for (stream, _) in STREAMS {
        declare(&client, stream).await?;
    }
    ready()?;
    let [many, few] = STREAMS.map(|(stream, slots)| work(client.clone(), stream, slots));
    tokio::try_join!(many, few)?;
    Ok(())
}

/// Requests as many messages as there are free slots.
async fn work(client: Client, stream: &'static str, slots: usize) -> Result<(), Problem> {
    let inbox = client.new_inbox();
    let mut messages = client.subscribe(inbox.clone()).await?;
    let (free, mut freed) = unbounded_channel();
    let next = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.node");
    let (mut wanted, mut busy) = (0, 0);
    loop {
        let room = slots.saturating_sub(wanted + busy);
        if room > 0 {
            wanted += room;
            let ask = json!({"batch": room, "expires": 30_000_000_000_u64}).to_string();
            client
                .publish_with_reply(next.clone(), inbox.clone(), ask.into())
                .await?;
        }
        tokio::select! {
            Some(()) = freed.recv() => busy -= 1,
            message = messages.next() => {
                let message = message.ok_or("the connection was closed")?;
                let Some(ack) = message.reply.clone() else {
                    // The pull has ended with fewer messages than requested.
                    wanted = 0;
                    continue;
                };
                wanted = wanted.saturating_sub(1);
                busy += 1;
                let (client, free) = (client.clone(), free.clone());
                tokio::spawn(async move {
                    // If the caller has ended, nothing is measured.
                    let _ = one(&client, &message, ack).await;
                    let _ = free.send(());
                });
            }
        }
    }
}

async fn one(client: &Client, message: &Message, ack: async_nats::Subject) -> Result<(), Problem> {
    let answer = body(&message.payload).await;
    let mut words = message.subject.split('.').skip(1);
    let (Some(inbox), Some(call)) = (words.next(), words.next()) else {
        return Ok(());
    };
    client
        .publish(format!("_INBOX.{inbox}.r.{call}"), answer)
        .await?;
    client.publish(ack, "+ACK".into()).await?;
    Ok(())
}

/// See above.
pub(crate) struct JetStream {
    caller: Arc<Caller>,
    _servant: Servant,
}

type Waiting = Mutex<HashMap<u64, oneshot::Sender<()>>>;

struct Caller {
    client: Client,
    inbox: String,
    next: AtomicU64,
    waiting: Arc<Waiting>,
}

impl JetStream {
    pub(crate) async fn start(server: &Server) -> Result<Self, Problem> {
        let servant = Servant::start(Role::JetStream, &server.url)?;
        servant.is_ready().await?;
        let client = connected(&server.url).await?;
        let inbox = client.new_inbox();
        let mut replies = client.subscribe(format!("{inbox}.r.*")).await?;
        // The server's answer to each message. It tells the caller that the message is stored.
        let mut words = client.subscribe(format!("{inbox}.p.*")).await?;
        let waiting = Arc::<Waiting>::default();
        let known = Arc::clone(&waiting);
        tokio::spawn(async move {
            while let Some(message) = replies.next().await {
                let call = message.subject.rsplit('.').next();
                if let Some(call) = call.and_then(|call| call.parse::<u64>().ok()) {
                    let caller = known
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .remove(&call);
                    let _ = caller.map(|caller| caller.send(()));
                }
            }
        });
        tokio::spawn(async move { while words.next().await.is_some() {} });
        let caller = Arc::new(Caller {
            inbox: inbox.trim_start_matches("_INBOX.").to_owned(),
            client,
            next: AtomicU64::new(0),
            waiting,
        });
        Ok(Self {
            caller,
            _servant: servant,
        })
    }
}

impl Callee for Caller {
    async fn call(&self, work: Work, bytes: &[u8]) -> Result<(), Problem> {
        let stream = STREAMS[usize::from(matches!(work, Work::Sleep(_)))].0;
        let call = self.next.fetch_add(1, Ordering::Relaxed);
        let (caller, done) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(call, caller);
        let inbox = &self.inbox;
        let (subject, heard) = (
            format!("{stream}.{inbox}.{call}"),
            format!("_INBOX.{inbox}.p.{call}"),
        );
        self.client
            .publish_with_reply(subject, heard, message(work, bytes))
            .await?;
        Ok(done.await?)
    }
}

impl Way for JetStream {
    fn name(&self) -> Name {
        Name::JetStream
    }

    fn measure<'a>(
        &'a mut self,
        scenario: &'a Scenario,
    ) -> BoxFuture<'a, Result<Option<Figure>, Problem>> {
        Box::pin(async { time(&self.caller, scenario).await.map(Some) })
    }
}
