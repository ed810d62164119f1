//! A node that says that its results are large, and sends no part of them, or sends it late.

use std::time::{Duration, Instant};

use async_nats::{Message, Request, RequestErrorKind, Subscriber};
use futures_util::StreamExt;
use tokio_offload::Error;

use super::{Stranger, heard, nodes::answer, said};
use crate::{
    functions::{SMALL, add, echo, repeat},
    kit::{Stage, nodes, soon, until_async},
};

/// The numbers of messages to a node.
const PING: u8 = 5;
const PART: u8 = 6;

/// What a process asks for that fetches results.
struct Requests(Subscriber);

impl Requests {
    /// The next request for a part, and its call. Meanwhile the node says that it is there.
    async fn next(&mut self, node: &Stranger) -> (u64, Message) {
        loop {
            let message = soon(self.0.next()).await.unwrap();
            match (message.payload[1], &message.reply) {
                (PART, _) => {
                    let (_, (call, _), _): (String, (u64, u32), u64) = heard(&message);
                    return (call, message);
                }
                (PING, Some(reply)) => {
                    let unknown = Vec::<(u64, u32)>::new();
                    node.says(reply, said(&(4_u8, unknown))).await;
                    node.flush().await;
                }
                _ => {}
            }
        }
    }
}

impl Stranger {
    /// Whether the servers know no process that receives what is sent to the subject.
    async fn reaches_nobody(&self, subject: &str) -> bool {
        let request = Request::new().timeout(Some(Duration::from_millis(50)));
        let answer = self.client.send_request(subject.to_owned(), request).await;
        answer.is_err_and(|error| error.kind() == RequestErrorKind::NoResponders)
    }

    /// Takes the next call, and says that its result has that many bytes. Returns the number of the call.
    async fn has_large(&self, tickets: &mut Subscriber, bytes: u64) -> u64 {
        let ticket = Self::ticket(tickets).await;
        let given = self.claims(&ticket).await.unwrap();
        let large = answer(given.0, (1_u8, bytes));
        self.answers(&ticket.0, given, large).await;
        given.0.0
    }
}

/// All values of a process come over one connection, so few parts are requested at once. But nobody waits for long for one that does not
/// come, and a value of which nothing has come has only one request.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_come_let_others_pass() {
    const CALLS: usize = 6;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut requests = Requests(node.hears("offload.v1.plain.node.evil-node").await);
    let mut calls = Vec::new();
    let mut numbers = Vec::new();
    for _ in 0..CALLS {
        calls.push(echo(b"abc").start());
        numbers.push(node.has_large(&mut tickets, 8 << 20).await);
    }
    let mut requested = Vec::new();
    while requested.len() < CALLS {
        requested.push(requests.next(&node).await.0);
    }
    assert_eq!(requested, numbers);
    for call in calls {
        call.cancel();
        assert!(matches!(soon(call).await, Err(Error::Cancelled)));
    }
}

/// Calls of a node that sends no result take turns once, and then wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_come_are_not_waited_for() {
    const CALLS: usize = 32;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("small none 1");
    nodes(&SMALL, 1).await;
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut requests = Requests(node.hears("offload.v1.plain.node.evil-node").await);
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        calls.push(echo(b"abc").start());
        node.has_large(&mut tickets, 8 << 20).await;
    }
    let first = requests.next(&node).await;
    let begun = Instant::now();
    let pings = tokio::spawn(async move {
        loop {
            requests.next(&node).await;
        }
    });
    let good = soon(repeat(&vec![7; 1 << 20], 1)).await.unwrap();
    assert_eq!(good.len(), 1 << 20);
    // Four of them at once, and each for two seconds, would take sixteen.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?} after {first:?}");
    pings.abort();
    drop(calls);
}

/// The way is slow, so the part has been requested again when it comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_comes_late_counts() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut requests = Requests(node.hears("offload.v1.plain.node.evil-node").await);
    let call = add(1, 1).start();
    node.has_large(&mut tickets, 3).await;
    let (_, first) = requests.next(&node).await;
    requests.next(&node).await;
    let bytes = said(&(3_u8, vec![9_u8; 3]));
    node.says(&first.reply.unwrap(), bytes).await;
    node.flush().await;
    // It is no number.
    assert!(matches!(soon(call).await, Err(Error::Codec(_))));
}

/// One byte of each part keeps no call.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_comes_in_single_bytes_is_given_up() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut requests = Requests(node.hears("offload.v1.plain.node.evil-node").await);
    let call = echo(b"abc").start();
    node.has_large(&mut tickets, 8 << 20).await;
    let drips = tokio::spawn(async move {
        loop {
            let (_, request) = requests.next(&node).await;
            node.says(&request.reply.unwrap(), said(&(3_u8, vec![9_u8])))
                .await;
            node.flush().await;
        }
    });
    let end = soon(call).await;
    assert!(matches!(end, Err(Error::Lost(_))), "{end:?}");
    drips.abort();
}

/// Requests without an answer would add up in a process that runs for long.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_parts_of_calls_that_have_ended() {
    const CALLS: usize = 100;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut requests = Requests(node.hears("offload.v1.plain.node.evil-node").await);
    let mut replies = Vec::new();
    for _ in 0..CALLS {
        let call = echo(b"abc").start();
        node.has_large(&mut tickets, 8 << 20).await;
        replies.push(requests.next(&node).await.1.reply.unwrap());
        call.cancel();
        assert!(matches!(soon(call).await, Err(Error::Cancelled)));
    }
    for reply in replies {
        let nobody = async || node.reaches_nobody(&reply).await;
        until_async("nothing waits for it", nobody).await;
    }
}
