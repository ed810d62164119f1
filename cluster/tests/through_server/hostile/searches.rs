//! The search for tickets that cannot be read, at a server that takes its time: the test answers in its place.

use async_nats::{Message, Subscriber};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_offload_cluster::{Connect, connect};

use super::{
    Stranger,
    callers::still_serves,
    headers::{BAD, Raw},
    said,
};
use crate::{
    functions::{PLAIN, add},
    kit::{Stage, nodes, soon, until_async},
    operators::api,
};

/// Where the server sends what nodes ask for.
const HELD: &str = "held";

/// `no header` instead of headers.
const NO_HEADERS: &str = "TkFUUy8xLjANCm5vIGhlYWRlcg0KDQo=";

/// A question about the ticket with this number, or the next one.
fn number(question: &Message) -> u64 {
    let asked: Value = serde_json::from_slice(&question.payload).unwrap();
    asked["seq"].as_u64().unwrap()
}

impl Stranger {
    async fn says_of(&self, question: &Message, headers: Option<&str>) {
        let message = json!({ "subject": "a.b", "seq": number(question), "hdrs": headers });
        let answer = json!({ "message": message }).to_string();
        let to = question.reply.as_ref().unwrap();
        self.says(to, answer.into_bytes()).await;
    }

    /// Answers until another ticket is asked for. A question may come several times.
    async fn answers_until_another(&self, questions: &mut Subscriber, first: Message) -> Message {
        let before = number(&first);
        let mut question = first;
        while number(&question) == before {
            self.says_of(&question, None).await;
            question = soon(questions.next()).await.unwrap();
        }
        question
    }

    /// Writes tickets of calls about which nothing is said, and waits until a node has them.
    async fn keeps_tickets(&self, stage: &Stage, count: u64) {
        let queue = self.queue("x").await;
        for call in 0..count {
            self.says(&queue, said(&(&*self.inbox, call, 0_u64))).await;
        }
        let release = PLAIN.nodes().await.unwrap()[0].release.clone();
        let consumer = format!("CONSUMER.INFO.OFFLOAD-plain.{release}");
        let are_given = async || api(stage, &consumer).await["num_ack_pending"] == count;
        until_async("the node has them", are_given).await;
    }
}

/// It goes on meanwhile, and the next one begins where it has ended.
#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_wait_for_the_end_of_a_search() {
    let config = format!("mappings = {{ \"$JS.API.STREAM.MSG.GET.OFFLOAD-plain\": {HELD} }}\n");
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let mut node = stage.node("plain pool 8");
    nodes(&PLAIN, 1).await;
    let own = format!(
        "offload.v1.plain.node.{}",
        PLAIN.nodes().await.unwrap()[0].id
    );
    let stranger = Stranger::at(&stage).await;
    let _claims = stranger.hears(&format!("{}.>", stranger.inbox)).await;
    let mut questions = stranger.hears(HELD).await;
    stranger.keeps_tickets(&stage, 3).await;
    let mut raw = Raw::at(&stage);
    raw.says(own.as_bytes(), BAD[1]);
    let first = soon(questions.next()).await.unwrap();
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    let second = stranger.answers_until_another(&mut questions, first).await;
    raw.says(own.as_bytes(), BAD[1]);
    let again = soon(questions.next()).await.unwrap();
    assert_eq!(number(&again), number(&second));
    stranger.says_of(&again, Some(NO_HEADERS)).await;
    let is_gone = async || PLAIN.depth().await.is_ok_and(|tickets| tickets == 2);
    until_async("this ticket is gone", is_gone).await;
    still_serves(&mut node).await;
}
