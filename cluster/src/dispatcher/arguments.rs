//! Sends arguments to the nodes that request them: few bytes at a time, so that small calls and questions do not wait behind them.

use std::time::Instant;

use super::{
    call::{Call, State, Transfer},
    state::Dispatcher,
};
use crate::{
    message::{PartRequest, Start, ToNode, write},
    names,
    uplink::Wanted,
};

impl Dispatcher {
    /// A node requests further arguments.
    pub(crate) fn part(
        &mut self,
        start: Start,
        PartRequest { at, most }: PartRequest,
        reply: String,
        now: Instant,
    ) {
        self.arrives(start);
        let rest = self.rest(start, at).len();
        let is_kept = self.is_requested_fast_enough(start, now);
        let node = self.node_of(start.call);
        let since = self.calls.get(start.call).map(|call| call.waits_since);
        let Some((node, since)) = node.zip(since).filter(|_| is_kept && rest > 0) else {
            return self.send(reply, None, write(&ToNode::Bytes(Vec::new())));
        };
        self.carried = Some(now);
        let wanted = Wanted {
            reply,
            since,
            rest,
            most: usize::try_from(most).unwrap_or(usize::MAX),
        };
        self.uplink.want(&node, (start, at), wanted);
        self.carry(now);
    }

    /// While the next bytes wait here, this process is the slow one, not the node. An earlier node of the call has no part in that.
    fn is_requested_fast_enough(
        &mut self,
        Start { call: id, attempt }: Start,
        now: Instant,
    ) -> bool {
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        let Some((call, State::Running(running))) = call.map(|call| (call, &call.state)) else {
            return false;
        };
        self.is_next_wanted(call, running) || self.is_fast_enough(id, 0, now)
    }

    /// Answers requests as far as the window of `uplink` allows.
    pub(super) fn carry(&mut self, now: Instant) {
        while let Some(((start, at), wanted, bytes)) = self.uplink.next(self.part) {
            // It is empty if the call has ended meanwhile.
            let rest = self.rest(start, at);
            let part = rest[..rest.len().min(bytes)].to_vec();
            let bytes = part.len();
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let time = self.calls.time(Transfer::Arguments, now);
            let sent = |call: &mut Call| call.has_sent(at..at.saturating_add(bytes), (now, time));
            if bytes > 0 && self.calls.change(start.call, sent) == Some(true) {
                self.part_sent = Some(now);
            }
            self.send_value((wanted.reply, write(&ToNode::Bytes(part))), bytes, now);
        }
        let last = self.uplink.at_end(now);
        self.send_echo(last);
    }

    /// Sends a message with `bytes` bytes of arguments.
    pub(super) fn send_value(
        &mut self,
        (subject, payload): (String, Vec<u8>),
        bytes: usize,
        now: Instant,
    ) {
        if bytes == 0 {
            return self.send(subject, None, payload);
        }
        self.carried = Some(now);
        let first = self.uplink.before(now);
        self.send_echo(first);
        self.send(subject, None, payload);
        let last = self.uplink.after(bytes, now);
        self.send_echo(last);
    }

    fn send_echo(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.send(names::echo(&self.inbox, number), None, Vec::new());
        }
    }

    fn rest(&self, Start { call: id, attempt }: Start, at: u64) -> &[u8] {
        let call = self.calls.get(id).filter(|call| call.attempts == attempt);
        let rest = call.and_then(|call| call.new.arguments.get(usize::try_from(at).ok()?..));
        rest.unwrap_or_default()
    }

    /// An echo has come back.
    pub(crate) fn echoed(&mut self, number: u64, now: Instant) {
        self.uplink.echoed(number, now);
        self.carry(now);
    }

    /// The server has refused a message to this subject. If it was an echo, it has reached the server all the same.
    pub(super) fn refused_echo(&mut self, subject: &str, now: Instant) {
        if let Some(number) = names::echo_number(&self.inbox, subject) {
            self.echoed(number, now);
        }
    }
}
