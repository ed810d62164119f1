//! Nodes that forge answers, or answer twice, with garbage, with too much, or not at all.

use std::time::Duration;

use async_nats::Subscriber;
use futures_util::StreamExt;
use tokio_offload::Error;
use tokio_offload_cluster::ClusterStats;

use super::{Stranger, function, heard, hears_nothing, said};
use crate::{
    functions::{PLAIN, add, echo, lonely, wait},
    kit::{Stage, nodes, soon, until},
    streams::is_empty,
};

/// The fields of a grant that these tests read.
pub(super) type Given = ((u64, u32), u64);

impl Stranger {
    /// Says that nodes of its own release have every function.
    pub(super) async fn pretends(&self) -> Subscriber {
        let mut questions = self.hears("offload.v1.plain.who").await;
        let tickets = self.hears("offload.v1.plain.0.call.evil.>").await;
        let client = self.client.clone();
        tokio::spawn(async move {
            while let Some(question) = questions.next().await {
                let has = said(&(5_u8, "evil", 0_u8, 1_u32, Vec::<String>::new()));
                let reply = question.reply.unwrap();
                client.publish(reply, has.into()).await.unwrap();
            }
        });
        tickets
    }

    /// Claims a call. Returns the grant, or `None` if the claim was refused.
    pub(super) async fn claims(&self, (inbox, call, secret): &(String, u64, u64)) -> Option<Given> {
        let mut grants = self.hears(&format!("{}.g.1", self.inbox)).await;
        let claim = said(&(0_u8, "evil-node", "host", vec![(*call, *secret)]));
        let to = format!("{inbox}.c.plain");
        self.asks(&to, &format!("{}.g.1", self.inbox), claim).await;
        let grants = soon(grants.next()).await.unwrap();
        let (count, is_given): (u8, u8) = heard(&grants);
        assert_eq!(count, 1);
        let mut rest = &grants.payload[4..];
        (is_given == 1).then(|| tokio_offload_remote::decode_message(&mut rest).unwrap())
    }

    pub(super) async fn answers(
        &self,
        inbox: &str,
        ((call, attempt), secret): Given,
        payload: Vec<u8>,
    ) {
        let to = format!("{inbox}.r.{call}.{attempt}.{secret}");
        self.says(&to, payload).await;
        self.flush().await;
    }
}

/// An answer: how a body ended, as the number of the kind and its fields.
pub(super) fn answer<T: serde::Serialize>(start: (u64, u32), outcome: T) -> Vec<u8> {
    said(&(2_u8, start, outcome))
}

/// The encoded result when `echo` has returned these bytes.
fn result(bytes: &[u8]) -> Vec<u8> {
    let mut arguments = Vec::new();
    let mut result = tokio_offload_remote::Output::new(Vec::new(), usize::MAX);
    tokio_offload_remote::encode_bytes(bytes, &mut arguments).unwrap();
    function("echo").run(&arguments, &mut result).unwrap();
    result.into_bytes()
}

/// Each answer that ends a call, sent by the node that has the call.
#[tokio::test(flavor = "multi_thread")]
async fn each_answer_of_a_bad_node_ends_its_call_once() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let large = || (1_u8, u64::MAX);
    for case in 0..6 {
        let call = echo(b"abc").start();
        let ticket = Stranger::ticket(&mut tickets).await;
        let given = node.claims(&ticket).await.unwrap();
        let (inbox, start) = (&ticket.0, given.0);
        let payload = match case {
            0 => answer(start, (0_u8, result(b"x"))),
            1 => b"garbage".to_vec(),
            2 => answer(start, large()),
            3 => answer(start, (0_u8, vec![9_u8; 3])),
            4 => answer((start.0 + 1, start.1), (0_u8, result(b"x"))),
            _ => answer(start, (9_u8,)),
        };
        node.answers(inbox, given, payload).await;
        // The second answer must have no effect.
        node.answers(inbox, given, answer(start, (0_u8, result(b"y"))))
            .await;
        let end = soon(call).await;
        match case {
            0 => assert_eq!(end.unwrap(), b"x"),
            2 => assert!(matches!(end, Err(Error::TooLarge { .. })), "{end:?}"),
            5 => assert!(matches!(end, Err(Error::Lost(_))), "{end:?}"),
            _ => assert!(matches!(end, Err(Error::Codec(_))), "{case}: {end:?}"),
        }
    }
    let ClusterStats {
        queued, running, ..
    } = PLAIN.stats();
    assert_eq!((queued, running), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_the_end_is_no_answer() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let call = echo(b"abc").start();
    let ticket = Stranger::ticket(&mut tickets).await;
    let given = node.claims(&ticket).await.unwrap();
    call.cancel();
    assert!(matches!(soon(call).await, Err(Error::Cancelled)));
    node.answers(&ticket.0, given, answer(given.0, (0_u8, result(b"x"))))
        .await;
    // No node can claim the call any more.
    assert!(node.claims(&ticket).await.is_none());
    // A call also ends when its node is silent.
    let call = echo(b"abc").start();
    let ticket = Stranger::ticket(&mut tickets).await;
    node.claims(&ticket).await.unwrap();
    assert!(matches!(soon(call).await, Err(Error::Lost(_))));
}

/// Without the ticket a node cannot claim a call. Without the grant it gets no arguments and cannot answer.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_was_not_given_it_cannot_touch() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let call = wait(&begun, &end).start();
    let (inbox, number, secret) = Stranger::ticket(&mut tickets).await;
    until("it has begun", || begun.exists()).await;
    let guesses = [0, 1, number, secret];
    for guess in guesses {
        assert!(
            stranger
                .claims(&(inbox.clone(), number, guess))
                .await
                .is_none()
        );
        let start = (number, 1);
        let forged = answer(start, (0_u8, vec![0_u8, 0]));
        stranger.answers(&inbox, (start, guess), forged).await;
        let part = said(&(1_u8, start, guess, 0_u64));
        let mut parts = stranger.hears("_PART.me.a").await;
        stranger
            .asks(&format!("{inbox}.g"), "_PART.me.a", part)
            .await;
        hears_nothing(&mut parts).await;
        let refused = br#"{"error":{"err_code":10077}}"#.to_vec();
        stranger
            .says(&format!("{inbox}.p.{number}.{guess}"), refused)
            .await;
        let other = PLAIN.nodes().await.unwrap()[0].id.clone();
        let unknown = said(&(4_u8, vec![start]));
        stranger
            .says(&format!("{inbox}.n.{other}.{guess}"), unknown)
            .await;
    }
    let mut garbage = vec![0xff; 300_000];
    for kind in [
        "c.plain", "g", "r.1.1.1", "p.1.1", "w.1", "n.x.1", "?", "r", "c",
    ] {
        garbage.push(1);
        stranger
            .asks(&format!("{inbox}.{kind}"), "_X.y", garbage.clone())
            .await;
    }
    stranger.flush().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(call).await.unwrap());
}

/// A claim names the subject for its answer. Callers must not answer to arbitrary subjects.
#[tokio::test(flavor = "multi_thread")]
async fn callers_write_only_to_inboxes() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let (inbox, number, secret) = Stranger::ticket(&mut tickets).await;
    let claim = said(&(0_u8, "n", "h", vec![(number, secret)]));
    let names = said(&(0_u8, "n".repeat(500_000), "h".repeat(400_000), vec![(1, 1)]));
    let many = said(&(0_u8, "n", "h", vec![(1_u64, 1_u64); 200_000]));
    let delete = "$JS.API.STREAM.DELETE.OFFLOAD-plain";
    for payload in [&claim, &names, &many] {
        for reply in [delete, "offload.v1.plain.who", "offload.v1.plain.all"] {
            stranger
                .asks(&format!("{inbox}.c.plain"), reply, payload.clone())
                .await;
        }
    }
    // The confirmation of an answer goes to a subject from the peer, too.
    stranger
        .asks(&format!("{inbox}.r.{number}.1.1"), delete, vec![1])
        .await;
    stranger.flush().await;
    for number in 0..20 {
        assert_eq!(soon(add(number, 2)).await.unwrap(), number + 2);
    }
    is_empty(&PLAIN).await;
}

/// Answers to the question who has a function. Malformed ones must have no effect.
#[tokio::test(flavor = "multi_thread")]
async fn bad_words_about_functions_lead_nowhere() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let stranger = Stranger::at(&stage).await;
    let mut questions = stranger.hears("offload.v1.lonely.who").await;
    let client = stranger.client.clone();
    tokio::spawn(async move {
        while let Some(question) = questions.next().await {
            let reply = question.reply.unwrap();
            let words = vec!["x".repeat(1000); 300];
            for payload in [
                b"garbage".to_vec(),
                said(&(
                    5_u8,
                    "a.b >\r\nPUB x 0\r\n",
                    0_u8,
                    1_u32,
                    Vec::<String>::new(),
                )),
                said(&(5_u8, "r".repeat(500_000), 0_u8, 1_u32, Vec::<String>::new())),
                said(&(5_u8, "r", 2_u8, u32::MAX, words)),
            ] {
                client.publish(reply.clone(), payload.into()).await.unwrap();
            }
        }
    });
    let Err(Error::Mismatch(text)) = soon(lonely()).await else {
        panic!("it ran");
    };
    assert!(text.len() < 1000, "{}", text.len());
}
