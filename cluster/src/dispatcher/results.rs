//! Large results: the nodes that have them send them in parts.

use std::time::Instant;

use tokio_offload_remote::Failure;

use super::{
    call::{Action, Call, State, Transfer},
    state::Dispatcher,
};
use crate::message::Start;

impl Dispatcher {
    /// A body has ended, and its result has `total` bytes. Returns whether to confirm that to the node.
    pub(super) fn is_large(&mut self, start: Start, total: u64, now: Instant) -> bool {
        let id = start.call;
        let Some(call) = self.calls.get(id) else {
            return true;
        };
        let State::Running(running) = &call.state else {
            return true;
        };
        let bytes = usize::try_from(total).unwrap_or(usize::MAX);
        let limit = call.new.cluster.max_message;
        if bytes > limit {
            self.finish(id, Err(Failure::TooLarge { bytes, limit }), now);
            return true;
        }
        if !running.fetching {
            self.actions.push(Action::Fetch {
                start,
                node: running.node.to_string(),
                total: bytes,
            });
            self.carried = Some(now);
            let time = self.calls.time(Transfer::Result, now);
            self.calls.change(id, |call| call.is_fetched((now, time)));
        }
        false
    }

    /// So many bytes of a large result have come.
    pub(crate) fn bytes_came(&mut self, start: Start, bytes: usize, now: Instant) {
        self.arrives(start);
        let Start { call: id, attempt } = start;
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        if call.is_some_and(Call::is_fetching) {
            self.carried = Some(now);
            self.is_fast_enough(id, bytes, now);
        }
    }

    /// Enough bytes of a large result have come. Others may have waited behind them.
    pub(crate) fn part_came(&mut self, start: Start, bytes: usize, now: Instant) {
        self.bytes_came(start, bytes, now);
        self.part_came = Some(now);
        let Start { call: id, attempt } = start;
        self.calls.change(id, |call| {
            if call.attempts == attempt && call.is_fetching() {
                call.moves(now);
            }
        });
    }

    /// A large result was fetched, or its node does not have it any more.
    pub(crate) fn fetched(
        &mut self,
        Start { call: id, attempt }: Start,
        bytes: Option<Vec<u8>>,
        now: Instant,
    ) {
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        let is_running = call.is_some_and(|call| matches!(call.state, State::Running(_)));
        match bytes {
            _ if !is_running => {}
            Some(bytes) => self.finish(id, Ok(bytes), now),
            None => self.lost(id, now),
        }
    }
}
