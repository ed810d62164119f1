//! Grants that come late, or after the call was cancelled: callers that were stopped, and messages in another order. And who can cancel.

use std::fs;

use async_nats::Subscriber;
use futures_util::{FutureExt, StreamExt};

use tokio_offload::Error;

use super::{
    Stranger,
    callers::{given, still_serves},
    function, heard, hears_nothing, said,
};
use crate::{
    functions::{PLAIN, wait},
    kit::{Stage, nodes, soon, until},
};

/// A caller, and all that it hears.
pub(super) struct Caller {
    pub(super) stranger: Stranger,
    pub(super) node: String,
    claims: Subscriber,
    answers: Subscriber,
    pongs: Subscriber,
}

impl Caller {
    /// Puts the call 7 into the queue.
    pub(super) async fn with_call(stage: &Stage) -> Self {
        let stranger = Stranger::at(stage).await;
        let id = PLAIN.nodes().await.unwrap()[0].id.clone();
        let own = |kind: &str| format!("{}.{kind}", stranger.inbox);
        let caller = Self {
            node: format!("offload.v1.plain.node.{id}"),
            claims: stranger.hears(&own("c.plain")).await,
            answers: stranger.hears(&own("r.7.1.5")).await,
            pongs: stranger.hears(&own("n.node")).await,
            stranger,
        };
        let ticket = said(&(&*caller.stranger.inbox, 7_u64, 3_u64));
        let queue = caller.stranger.queue("x").await;
        caller.stranger.says(&queue, ticket).await;
        caller
    }

    /// The subject on which the node waits for the answer to its next claim.
    pub(super) async fn claim(&mut self) -> String {
        soon(self.claims.next())
            .await
            .unwrap()
            .reply
            .unwrap()
            .to_string()
    }

    async fn gives(&self, to: &str) {
        self.gives_call(to, ("add", 2), &[1, 2]).await;
    }

    /// Gives a call whose arguments have so many bytes, of which these are the first.
    pub(super) async fn gives_call(&self, to: &str, (name, total): (&str, u64), first: &[u8]) {
        let function = function(name);
        let given = given(function.key(), function.fingerprint(), total, first);
        self.stranger.says(to, given(7)).await;
    }

    /// Asks the node about the call, and returns whether it knows it. Then it has read what was sent to it before.
    pub(super) async fn is_known(&mut self) -> bool {
        let (to, reply) = (&self.node, format!("{}.n.node", self.stranger.inbox));
        let ping = said(&(5_u8, &*self.stranger.inbox, vec![(7_u64, 1_u32)]));
        self.stranger.asks(to, &reply, ping).await;
        let answer = soon(self.pongs.next()).await.unwrap();
        let unknown: Vec<(u64, u32)> = heard(&answer);
        unknown.is_empty()
    }

    async fn cancels(&self, inbox: &str, call: u64) {
        let cancel = said(&(4_u8, inbox, (call, 1_u32)));
        self.stranger.says(&self.node, cancel).await;
    }

    /// Waits for the end of the call, and does not say that it was received.
    pub(super) async fn has_answer(&mut self) {
        soon(self.answers.next()).await.unwrap();
    }

    /// How the call ended, as the node says. It is told that this was received.
    async fn end(&mut self) -> u8 {
        let answer = soon(self.answers.next()).await.unwrap();
        let received = said(&(3_u8, &*self.stranger.inbox, vec![(7_u64, 1_u32)]));
        self.stranger.says(&self.node, received).await;
        let (_, end): ((u64, u32), u8) = heard(&answer);
        end
    }
}

/// The caller was stopped for so long that the node gave the ticket back. Then the caller reads the old claim first and grants it, so the
/// node that has the ticket by now is refused and uses it up.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_late_runs_once() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let server = Stranger::at(&stage).await;
    let mut tickets = server.hears("$JS.ACK.>").await;
    let mut caller = Caller::with_call(&stage).await;
    let first = caller.claim().await;
    // The server sends the ticket again meanwhile, and the node returns that one at once.
    let mut returned = soon(tickets.next()).await.unwrap();
    while !returned.subject.contains(".1.1.1.") {
        returned = soon(tickets.next()).await.unwrap();
    }
    assert!(returned.payload.starts_with(b"-NAK"), "{returned:?}");
    server
        .says("$JS.API.STREAM.PURGE.OFFLOAD-plain", Vec::new())
        .await;
    while caller.claims.next().now_or_never().is_some() {}
    caller.gives(&first).await;
    assert!(caller.is_known().await);
    let again = caller.claim().await;
    caller.gives(&again).await;
    caller.gives(&again).await;
    caller.gives(&first).await;
    assert_eq!(caller.end().await, 0);
    hears_nothing(&mut caller.answers).await;
    still_serves(&mut node).await;
}

/// What ends a call and what gives it come on two subjects.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_cancelled_before_it_was_given_never_begins() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let mut caller = Caller::with_call(&stage).await;
    let claim = caller.claim().await;
    caller.cancels(&caller.stranger.inbox, 7).await;
    assert!(caller.is_known().await, "it is claimed");
    caller.gives(&claim).await;
    let leaving = 9;
    assert_eq!(caller.end().await, leaving);
    still_serves(&mut node).await;
}

/// Bodies know the names of their calls, and may tell them. That is not the inbox of the caller, with which a call can be ended.
#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_call_does_not_end_it() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let _node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let mut stranger = Caller::with_call(&stage).await;
    stranger.claim().await;
    let mut tickets = stranger.stranger.hears("offload.v1.plain.0.call.>").await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let call = wait(&begun, &end).start();
    let (inbox, number, _) = Stranger::ticket(&mut tickets).await;
    until("it has begun", || begun.exists()).await;
    let log = fs::read_to_string(begun.with_extension("starts")).unwrap();
    let name = log.split(' ').next().unwrap();
    let (hash, of_name) = name.rsplit_once('-').unwrap();
    assert_eq!(of_name, number.to_string());
    let inboxes = [hash, name, &format!("_INBOX.{hash}"), "_INBOX.*", ">", ""];
    for inbox in inboxes {
        stranger.cancels(inbox, number).await;
    }
    assert!(stranger.is_known().await, "the node has read all that");
    fs::write(&end, "").unwrap();
    assert!(soon(call).await.unwrap());
    fs::remove_file(&end).unwrap();
    fs::remove_file(&begun).unwrap();
    let call = wait(&begun, &end).start();
    let (_, number, _) = Stranger::ticket(&mut tickets).await;
    until("it has begun", || begun.exists()).await;
    stranger.cancels(&inbox, number).await;
    assert!(matches!(soon(call).await, Err(Error::Lost(_))));
}
