//! A node that says that its results are large, and sends no part of them.

use std::collections::HashMap;

use async_nats::Subscriber;
use futures_util::StreamExt;
use tokio_offload::Error;

use super::{Stranger, heard, nodes::answer, said};
use crate::{
    functions::echo,
    kit::{Stage, soon},
};

/// The numbers of messages to a node.
const PING: u8 = 5;
const PART: u8 = 6;

impl Stranger {
    /// The call of the next request for a part, or `None` if the caller asks twice before whether the node is there.
    async fn requested(&self, messages: &mut Subscriber) -> Option<u64> {
        let mut pings = 0;
        while pings < 2 {
            let message = soon(messages.next()).await.unwrap();
            match (message.payload[1], &message.reply) {
                (PART, _) => {
                    let (_, (call, _), _): (String, (u64, u32), u64) = heard(&message);
                    return Some(call);
                }
                (PING, Some(reply)) => {
                    pings += 1;
                    let unknown = Vec::<(u64, u32)>::new();
                    self.says(reply, said(&(4_u8, unknown))).await;
                    self.flush().await;
                }
                _ => {}
            }
        }
        None
    }
}

/// All values of a process come over one connection, so few parts are requested at once. A call that has ended leaves its turns to others.
#[tokio::test(flavor = "multi_thread")]
async fn few_parts_of_all_values_are_requested_at_once() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let node = Stranger::at(&stage).await;
    let mut tickets = node.pretends().await;
    let mut messages = node.hears("offload.v1.plain.node.evil-node").await;
    let mut calls = HashMap::new();
    for _ in 0..3 {
        let call = echo(b"abc").start();
        let ticket = Stranger::ticket(&mut tickets).await;
        let given = node.claims(&ticket).await.unwrap();
        let large = answer(given.0, (1_u8, 8_u64 << 20));
        node.answers(&ticket.0, given, large).await;
        calls.insert(given.0.0, call);
    }
    while !calls.is_empty() {
        let first = node.requested(&mut messages).await.unwrap();
        for _ in 0..3 {
            assert_eq!(node.requested(&mut messages).await, Some(first));
        }
        assert_eq!(node.requested(&mut messages).await, None);
        let call = calls.remove(&first).unwrap();
        call.cancel();
        assert!(matches!(soon(call).await, Err(Error::Cancelled)));
    }
}
