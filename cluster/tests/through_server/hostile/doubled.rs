//! Tickets that come more than once, as servers may deliver them, or as somebody writes them who has read the queue.

use std::fs;

use futures_util::StreamExt;

use super::Stranger;
use crate::{
    chaos::starts_are_single,
    functions::{PLAIN, count},
    kit::{Stage, nodes, soon, until},
    streams::is_empty,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_comes_many_times_runs_its_call_once() {
    const CALLS: u32 = 40;
    let Some(stage) = Stage::set().await else {
        return;
    };
    let log = stage.server.folder().join("log-of-bodies");
    let _nodes = [stage.node("plain pool 2"), stage.node("plain workers 2")];
    nodes(&PLAIN, 2).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let calls: Vec<_> = (0..CALLS)
        .map(|number| count(&log, number, 5).start())
        .collect();
    let mut again = Vec::new();
    while again.len() < CALLS as usize {
        let ticket = soon(tickets.next()).await.unwrap();
        for _ in 0..5 {
            stranger
                .says(&ticket.subject, ticket.payload.to_vec())
                .await;
        }
        let payload = ticket.payload.to_vec();
        if !again.iter().any(|(_, other)| *other == payload) {
            again.push((ticket.subject.to_string(), payload));
        }
    }
    for (number, call) in (0..).zip(calls) {
        assert_eq!(soon(call).await.unwrap(), number);
    }
    let before = PLAIN.stats().refused_claims;
    // Also after their calls have ended.
    for (subject, ticket) in again {
        stranger.says(&subject, ticket).await;
    }
    stranger.flush().await;
    let refused = || PLAIN.stats().refused_claims >= before + u64::from(CALLS);
    until("all are refused", refused).await;
    is_empty(&PLAIN).await;
    let log = fs::read_to_string(&log).unwrap();
    assert_eq!(log.lines().count(), CALLS as usize);
    starts_are_single(&log, CALLS as usize);
}
