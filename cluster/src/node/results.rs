//! Sends large results to the callers that fetch them: few bytes at a time, so that other answers do not wait behind them.

use std::{sync::Arc, time::Instant};

use super::{state::NodeState, work::BodyId};
use crate::{
    message::{PartRequest, ToCaller, write},
    names,
    parts::part_of,
    uplink::Wanted,
};

impl NodeState {
    /// A caller requests a part of a result.
    pub(super) async fn part(
        &mut self,
        body: BodyId,
        PartRequest { at, most }: PartRequest,
        reply: String,
    ) {
        self.answers.named(&body, Instant::now());
        let since = self.answers.get(&body).map(|answer| answer.first);
        let rest = self.rest(&body, at).len();
        let Some(since) = since.filter(|_| rest > 0) else {
            let gone = write(&ToCaller::Bytes(Vec::new()));
            return self.send(reply, None, gone).await;
        };
        let wanted = Wanted {
            reply,
            since,
            rest,
            most: usize::try_from(most).unwrap_or(usize::MAX),
        };
        let caller = Arc::clone(&body.caller);
        self.uplink.want(&caller, (body, at), wanted);
        self.carry().await;
    }

    /// Answers requests as far as the window of `uplink` allows.
    pub(super) async fn carry(&mut self) {
        let most = part_of(&self.link.client.get());
        while let Some(((body, at), wanted, bytes)) = self.uplink.next(most) {
            // It is empty if the result is gone meanwhile.
            let rest = self.rest(&body, at);
            let part = rest[..rest.len().min(bytes)].to_vec();
            let bytes = part.len();
            self.answers.sent(&body, bytes);
            let answer = write(&ToCaller::Bytes(part));
            self.send_value((wanted.reply, None), answer, bytes).await;
        }
        let last = self.uplink.at_end(Instant::now());
        self.send_echo(last).await;
    }

    /// Sends a message with so many bytes of a result.
    pub(super) async fn send_value(
        &mut self,
        (subject, reply): (String, Option<String>),
        payload: Vec<u8>,
        bytes: usize,
    ) {
        if bytes == 0 {
            return self.send(subject, reply, payload).await;
        }
        let now = Instant::now();
        let first = self.uplink.before(now);
        self.send_echo(first).await;
        self.send(subject, reply, payload).await;
        let last = self.uplink.after(bytes, now);
        self.send_echo(last).await;
    }

    async fn send_echo(&self, number: Option<u64>) {
        if let Some(number) = number {
            let subject = names::echo(&self.inbox, number);
            self.send(subject, None, Vec::new()).await;
        }
    }

    fn rest(&self, body: &BodyId, at: u64) -> &[u8] {
        let answer = self.answers.get(body);
        let value = answer.and_then(|answer| answer.value.as_ref());
        let rest = value.and_then(|value| value.get(usize::try_from(at).ok()?..));
        rest.unwrap_or_default()
    }

    /// An echo has come back.
    pub(super) async fn echoed(&mut self, number: u64) {
        self.uplink.echoed(number, Instant::now());
        self.carry().await;
    }

    /// The server has refused a message to this subject. If it was an echo, it has reached the server all the same.
    pub(super) async fn refused_echo(&mut self, subject: &str) {
        if let Some(number) = names::echo_number(&self.inbox, subject) {
            self.echoed(number).await;
        }
    }
}
