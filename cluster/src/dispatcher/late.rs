//! Ends calls whose arguments or results are not sent, or too slowly, though their nodes say that they are there.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{
    call::{Call, Running, State, Transfer},
    rate::LEAST,
    state::Dispatcher,
};

/// How long a call of which nothing is sent may at least wait for others, if its node has not requested the next of its arguments. With
/// less, transfers fail while many others are sent; with more, a node that hangs keeps its call for longer.
pub(super) const OTHERS: Duration = Duration::from_secs(600);
/// The same for each of the others. They take turns, and each turn may take as long as a node may be silent.
const TURN: Duration = Duration::from_secs(4);

impl Dispatcher {
    /// Called when nothing of the arguments or of the result was sent in time. The call gets more time if parts of any call were sent
    /// meanwhile, since then the connection is slow. That has an end, because its node may be the one that is slow.
    pub(super) fn is_late(&mut self, id: u64, now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let (State::Running(running), Some(transfer), Some(pause)) =
            (&call.state, call.transfer(), call.pause())
        else {
            return;
        };
        let (last, is_next) = match transfer {
            Transfer::Result => (self.part_came, false),
            Transfer::Arguments => (self.part_sent, self.is_next_wanted(call, running)),
        };
        // Transfers that have ended count too, since it waited for them.
        let others = self.calls.transfers_since(transfer, running.moved);
        let others = u32::try_from(others).unwrap_or(u32::MAX);
        let patience = pause.max(OTHERS).max(TURN.saturating_mul(others));
        let waited = now.saturating_duration_since(running.moved);
        let may_wait = is_next || waited < patience;
        let is_slow = |last: &Instant| may_wait && now.saturating_duration_since(*last) < pause;
        if let Some(last) = last.filter(is_slow) {
            self.calls.change(id, |call| call.must_move(last));
            return;
        }
        let seconds = Duration::from_secs(waited.as_secs());
        let pause = if may_wait { pause } else { seconds };
        let what = match transfer {
            Transfer::Result => "the body ended in time, but no part of its result has come from",
            Transfer::Arguments => {
                "the body has not begun, because no part of its arguments was fetched by"
            }
        };
        self.give_up(id, (what, format!("for {pause:?}")), now);
    }

    /// Counts bytes of the result that have come, or a repeated request for arguments. Returns whether that is fast enough. If not, ends
    /// the call or runs it again: otherwise a peer could keep it for ever.
    pub(super) fn is_fast_enough(&mut self, id: u64, bytes: usize, now: Instant) -> bool {
        let Some(transfer) = self.calls.get(id).and_then(Call::transfer) else {
            return true;
        };
        let time = self.calls.time(transfer, now);
        let is_too_slow = |call: &mut Call| call.is_too_slow(bytes, OTHERS, time);
        if self.calls.change(id, is_too_slow) != Some(true) {
            return true;
        }
        let what = match transfer {
            Transfer::Result => "the body ended in time, but its result comes too slowly, from",
            Transfer::Arguments => {
                "the body has not begun, because its arguments are fetched too slowly, by"
            }
        };
        let rate = format!("at less than {LEAST} bytes a second");
        self.give_up(id, (what, rate), now);
        false
    }

    /// Ends the call, or runs it again if it may.
    fn give_up(&mut self, id: u64, (what, how): (&str, String), now: Instant) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let State::Running(running) = &call.state else {
            return;
        };
        let (node, host) = (&running.node, &running.host);
        let text = format!("{what} the node {node} on {host} {how}");
        let may_again = call.starts() <= call.new.cluster.retries;
        self.end_at_node(id);
        if may_again {
            self.again(id, Failure::Unreachable(text), now);
        } else {
            self.finish(id, Err(Failure::Unreachable(text)), now);
        }
    }

    /// Whether its node waits for the next of its arguments, and this process has not sent them yet.
    pub(super) fn is_next_wanted(&self, call: &Call, running: &Running) -> bool {
        let (start, next) = (call.last_start(), running.sent.until as u64);
        self.uplink.is_wanted(&running.node, start, Some(next))
    }

    /// The node that has the call, if any.
    pub(super) fn node_of(&self, id: u64) -> Option<Arc<str>> {
        match &self.calls.get(id)?.state {
            State::Running(running) => Some(Arc::clone(&running.node)),
            _ => None,
        }
    }
}
