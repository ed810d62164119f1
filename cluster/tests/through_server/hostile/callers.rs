//! Callers that forge tickets, name foreign subjects, flood nodes, and grant calls that are invalid.

use futures_util::StreamExt;
use serde::Serialize;
use tokio_offload::Error;

use super::{Stranger, function, heard, said};
use crate::{
    functions::{Chain, PLAIN, add, deep},
    kit::{NodeProcess, Stage, nodes, soon},
};

const DELETE: &str = "$JS.API.STREAM.DELETE.OFFLOAD-plain";

/// The node has not been restarted, it serves, and the stream still exists.
pub(super) async fn still_serves(node: &mut NodeProcess) {
    for number in 0..10 {
        assert_eq!(soon(add(number, 1)).await.unwrap(), number + 1);
    }
    assert!(node.is_alive());
    assert_eq!(PLAIN.stats().queued, 0);
    PLAIN.depth().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tickets_cost_a_node_nothing_but_their_claims() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    let stranger = Stranger::at(&stage).await;
    let queue = stranger.queue("x").await;
    // If the node accepted these inboxes, it would send its claims there.
    let mut elsewhere = stranger.hears("offload.v1.plain.all.>").await;
    let mut below = stranger.hears("a.b.c.d.>").await;
    let inboxes = [
        DELETE.to_owned(),
        "offload.v1.plain.all".to_owned(),
        "a b".to_owned(),
        "a.b\r\nPUB x 0\r\n".to_owned(),
        "a.b.c.d".to_owned(),
        ">".to_owned(),
        String::new(),
        "x".repeat(500_000),
    ];
    for inbox in &inboxes {
        stranger.says(&queue, said(&(&**inbox, 1_u64, 2_u64))).await;
    }
    for payload in [vec![], vec![1], vec![2, 3, 4], vec![0xff; 400_000]] {
        stranger.says(&queue, payload).await;
    }
    still_serves(&mut node).await;
    super::hears_nothing(&mut elsewhere).await;
    super::hears_nothing(&mut below).await;
    // Tickets of callers that do not exist. Each costs the node one claim that nobody receives.
    for number in 0..3000_u64 {
        let nobody = format!("_INBOX.nobody{}", number % 50);
        stranger
            .says(&queue, said(&(&*nobody, number, 2_u64)))
            .await;
    }
    stranger.flush().await;
    still_serves(&mut node).await;
}

/// Invalid calls: the node answers each with an error and continues to serve.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_bad_caller_gives_is_refused_by_name() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let queue = stranger.queue("x").await;
    let (add, deep) = (function("add"), function("deep"));
    let small =
        |fingerprint: u64, bytes: &[u8]| given(add.key(), fingerprint, bytes.len() as u64, bytes);
    let unable = 8;
    let cases = [
        (given(7, 7, 0, &[]), unable),
        (small(add.fingerprint() ^ 1, &[1, 2]), unable),
        (small(add.fingerprint(), &[1]), 6),
        (small(add.fingerprint(), &[1, 2, 3]), 6),
        (
            given(deep.key(), deep.fingerprint(), 200_000, &vec![1; 200_000]),
            6,
        ),
        (given(add.key(), add.fingerprint(), u64::MAX, &[]), 5),
    ];
    for (number, (given, kind)) in (0_u64..).zip(cases) {
        let mut answers = stranger
            .hears(&format!("{}.r.{number}.1.5", stranger.inbox))
            .await;
        stranger.gives(&queue, number, given).await;
        let answer = soon(answers.next()).await.unwrap();
        let (_, end): ((u64, u32), u8) = heard(&answer);
        assert_eq!(end, kind, "{number}");
        // The confirmation names a caller without calls at the node.
        let node = answer.reply.unwrap();
        let received = said(&(3_u8, &*stranger.inbox, vec![(number, 1_u32)]));
        stranger.says(&node, received).await;
    }
    still_serves(&mut node).await;
}

/// A grant of a call, whose number is added later.
pub(super) fn given(
    key: u64,
    fingerprint: u64,
    total: u64,
    first: &[u8],
) -> impl Fn(u64) -> Vec<u8> + use<> {
    let first = first.to_vec();
    move |number| {
        let headers: Vec<(String, String)> = vec![("a\r\n".to_owned(), "\0".repeat(100))];
        let call = (
            (number, 1_u32),
            5_u64,
            key,
            fingerprint,
            None::<u8>,
            headers,
            total,
        );
        said(&(1_u8, 1_u8, 1_u8, call, &*first))
    }
}

impl Stranger {
    /// Writes a ticket, and answers the claim with this grant.
    async fn gives(&self, queue: &str, number: u64, given: impl Fn(u64) -> Vec<u8>) {
        let mut claims = self.hears(&format!("{}.c.plain", self.inbox)).await;
        self.says(queue, said(&(&*self.inbox, number, 3_u64))).await;
        let claim = soon(claims.next()).await.unwrap();
        self.says(&claim.reply.unwrap(), given(number)).await;
        self.flush().await;
    }

    /// Sends the same kind of message many times, with a different inbox each time.
    async fn floods<T: Serialize>(&self, subject: &str, words: impl Fn(&str, u64) -> T) {
        for number in 0..2000 {
            let inbox = format!("_INBOX.{}{number}", "x".repeat(50));
            let reply = if number % 2 == 0 {
                DELETE
            } else {
                "offload.v1.plain.who"
            };
            self.asks(subject, reply, said(&words(&inbox, number)))
                .await;
        }
        self.flush().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_questions_leave_nothing() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    let stranger = Stranger::at(&stage).await;
    let info = &PLAIN.nodes().await.unwrap()[0];
    let own = format!("offload.v1.plain.node.{}", info.id);
    let before = node.memory();
    for _ in 0..5 {
        stranger
            .floods(&own, |inbox, at| {
                (5_u8, inbox.to_owned(), vec![(at, 1_u32)])
            })
            .await;
        stranger
            .floods(&own, |inbox, at| (4_u8, inbox.to_owned(), (at, 1_u32)))
            .await;
        stranger
            .floods(&own, |inbox, at| (6_u8, inbox.to_owned(), (at, 1_u32), at))
            .await;
        stranger
            .floods(&own, |inbox, at| {
                (3_u8, inbox.to_owned(), vec![(at, 1_u32)])
            })
            .await;
        stranger
            .floods("offload.v1.plain.who", |_, at| {
                (0_u8, at, at, "n".repeat(2000))
            })
            .await;
        stranger.floods("offload.v1.plain.all", |_, _| 7_u8).await;
        stranger.says(&own, vec![0xff; 900_000]).await;
    }
    still_serves(&mut node).await;
    let grown = node.memory().saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes more");
}

/// An honest caller, too, gets an error for a value that is nested too deeply.
#[tokio::test(flavor = "multi_thread")]
async fn deep_values_are_refused_where_they_begin() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    assert_eq!(soon(deep(Chain::of(20))).await.unwrap(), 20);
    let end = soon(deep(Chain::of(5000))).await;
    assert!(matches!(end, Err(Error::Codec(_))), "{end:?}");
    still_serves(&mut node).await;
}

/// A caller whose claims are not answered, as one that was stopped, occupies the slots that it had, but not those that others need.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_caller_does_not_occupy_the_nodes() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let queue = stranger.queue("x").await;
    let claims_of = format!("{}.c.plain", stranger.inbox);
    let mut claims = stranger.hears(&claims_of).await;
    stranger
        .says(&queue, said(&(&*stranger.inbox, 0_u64, 3_u64)))
        .await;
    for _ in 0..2 {
        soon(claims.next()).await.unwrap();
    }
    // The claim was repeated. Three slots would need minutes for these tickets.
    for number in 1..200_u64 {
        stranger
            .says(&queue, said(&(&*stranger.inbox, number, 3_u64)))
            .await;
    }
    stranger.flush().await;
    still_serves(&mut node).await;
}

/// Whoever knows the inbox of a node can neither answer claims to others nor end the node's pulls.
#[tokio::test(flavor = "multi_thread")]
async fn answers_to_nodes_cannot_be_guessed() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let (bad, good) = (Stranger::at(&stage).await, Stranger::at(&stage).await);
    let queue = bad.queue("x").await;
    let mut claims = bad.hears(&format!("{}.c.plain", bad.inbox)).await;
    bad.says(&queue, said(&(&*bad.inbox, 1_u64, 3_u64))).await;
    let to = soon(claims.next()).await.unwrap().reply.unwrap();
    let (inbox, number) = to.split_once(".g.").unwrap();
    let number: u64 = number.parse().unwrap();
    // The other caller takes its time, and meanwhile this one refuses in its name.
    let mut claims = good.hears(&format!("{}.c.plain", good.inbox)).await;
    let mut answers = good.hears(&format!("{}.r.7.1.5", good.inbox)).await;
    good.says(&queue, said(&(&*good.inbox, 7_u64, 3_u64))).await;
    let claim = soon(claims.next()).await.unwrap();
    for guess in 0..100 {
        let refused = said(&(1_u8, vec![(0_u8, 7_u64)]));
        let to = format!("{inbox}.g.{}", number.wrapping_add(guess));
        bad.says(&to, refused).await;
        bad.says(&format!("{inbox}.t.0"), vec![]).await;
        bad.says(&format!("{inbox}.t.0.{guess}"), vec![]).await;
    }
    bad.flush().await;
    let add = function("add");
    let given = given(add.key(), add.fingerprint(), 2, &[1, 2]);
    good.says(&claim.reply.unwrap(), given(7)).await;
    let answer = soon(answers.next()).await.unwrap();
    let (_, end): ((u64, u32), u8) = heard(&answer);
    assert_eq!(end, 0);
    still_serves(&mut node).await;
}
