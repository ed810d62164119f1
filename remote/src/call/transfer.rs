//! The bytes of one call on a socket: how much was sent and received, and how the call ends if the socket closes.

use std::{
    io, mem,
    os::unix::net::UnixStream,
    task::{Context, Poll, ready},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use crate::{
    call::closing::Closing,
    error::Failure,
    pool::request::Request,
    process::{
        WorkerProcess,
        exit::{ExitStatus, KillReason, WorkerStatus},
    },
    wire::{
        frame::{Head, Kind},
        reader::MessageReader,
    },
};

/// An outgoing request and an incoming reply. Nothing here blocks.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) request: Request,
    sent: usize,
    incoming: MessageReader,
    id: u64,
    closed: Option<Closed>,
    closing: Closing,
}

/// The socket was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// The request had been read.
    Read,
    /// Part of the request, or all of it, was never read: Linux reports this.
    Unread,
}

/// The result of moving bytes.
#[derive(Debug)]
pub(crate) enum Step {
    /// More may be moved at once.
    Again,
    /// The socket must become ready first, or was closed.
    Wait,
    /// The reply is complete.
    Answered(Head),
    /// What arrived is no reply to this call.
    Broken,
}

/// How a call ended at its worker.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The worker answered.
    Answered(Head, MessageReader),
    /// The answer was not a valid frame, and the worker had read the request, so it was ended.
    Broken,
    /// The worker died. The slot of the call is still taken: `record_death` or `resubmit` frees it.
    Lost(LostExchange),
    /// The pool ended it.
    Killed(KillReason),
    /// The runtime cannot wait for the socket: it is being shut down, or the system refuses.
    Unregistered(io::Error),
}

/// A call without its worker.
#[derive(Debug)]
pub(crate) struct LostExchange {
    pub(crate) request: Request,
    pub(crate) end: ExitStatus,
    pub(crate) pid: u32,
    /// The worker never read all of the request: the body did not start.
    pub(crate) unread: bool,
}

impl Transfer {
    pub(crate) fn new(mut request: Request, id: u64, incoming: MessageReader) -> Self {
        let mut head = Head::new(Kind::Call);
        (head.call, head.key, head.extra) = (id, request.key, request.extra);
        head.seal(&mut request.frame);
        Self {
            request,
            sent: 0,
            incoming,
            id,
            closed: None,
            closing: Closing::default(),
        }
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.request.frame.len()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// How many bytes of the reply have been read.
    pub(crate) fn arrived(&self) -> usize {
        self.incoming.arrived()
    }

    /// Moves the bytes that can be moved.
    pub(crate) fn step(&mut self, socket: &UnixStream) -> Step {
        if !self.is_sent() {
            return if self.send(socket) {
                Step::Again
            } else {
                Step::Wait
            };
        }
        match recv(socket, self.incoming.room(), RecvFlags::DONTWAIT) {
            Ok((0, _)) => self.close(Closed::Read),
            Ok((bytes, _)) => match self.incoming.filled(bytes) {
                Ok(None) => Step::Again,
                Ok(Some(head)) if head.call == self.id => Step::Answered(head),
                Ok(Some(_)) | Err(_) => Step::Broken,
            },
            Err(Errno::AGAIN) => Step::Wait,
            Err(Errno::INTR) => Step::Again,
            // Only this error shows that the request was not read. In all other cases the body may have run.
            Err(Errno::CONNRESET) => self.close(Closed::Unread),
            Err(_) => self.close(Closed::Read),
        }
    }

    /// Sends what the socket takes. Returns whether the request is complete, or nothing more can be sent.
    pub(crate) fn send(&mut self, socket: &UnixStream) -> bool {
        while !self.is_sent() {
            let rest = &self.request.frame[self.sent..];
            match send(socket, rest, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(bytes) => self.sent += bytes,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return false,
                Err(_) => {
                    self.close(Closed::Unread);
                    return true;
                }
            }
        }
        true
    }

    fn close(&mut self, how: Closed) -> Step {
        self.closed.get_or_insert(how);
        Step::Wait
    }

    /// How the call ends if its worker has this status. A worker may have answered before it died.
    pub(crate) fn poll_end(
        &mut self,
        worker: &WorkerProcess,
        status: WorkerStatus,
        cx: &Context<'_>,
    ) -> Poll<Option<Outcome>> {
        let (end, reason) = match status {
            WorkerStatus::Alive => return Poll::Ready(None),
            WorkerStatus::TimedOut(limit) => {
                return Poll::Ready(Some(Outcome::Killed(KillReason::TimedOut(limit))));
            }
            WorkerStatus::Dead(end, reason) => (end, reason),
        };
        while self.is_sent() && !self.is_closed() {
            match self.step(&worker.socket) {
                Step::Answered(head) => return Poll::Ready(Some(self.answer(head))),
                Step::Again => {}
                _ => break,
            }
        }
        let asks = reason.is_none() && self.is_sent() && self.arrived() == 0;
        if asks && !self.is_decided(&worker.socket) {
            ready!(self.closing.poll_over(cx.waker()));
        }
        Poll::Ready(Some(match reason {
            Some(reason) => Outcome::Killed(reason),
            None => Outcome::Lost(LostExchange {
                unread: !self.is_sent() || self.closed == Some(Closed::Unread),
                request: self.request.take(),
                pid: worker.id(),
                end,
            }),
        }))
    }

    /// Whether the other side has closed its socket, and so has read the request, or has not. The pool has ended the reading of the dead
    /// worker's socket, so its end says nothing.
    fn is_decided(&mut self, socket: &UnixStream) -> bool {
        if self.closed == Some(Closed::Unread) {
            return true;
        }
        let mut ask = [PollFd::new(socket, PollFlags::empty())];
        // An error says nothing of the socket: a signal came, or the system refuses to wait.
        let is_closed = poll(&mut ask, Some(&Timespec::default())).is_ok_and(|count| count > 0);
        if is_closed && recv(socket, &mut [0_u8; 1], RecvFlags::DONTWAIT) == Err(Errno::CONNRESET) {
            self.closed = Some(Closed::Unread);
        }
        is_closed
    }

    /// The complete reply.
    pub(crate) fn answer(&mut self, head: Head) -> Outcome {
        Outcome::Answered(head, mem::take(&mut self.incoming))
    }

    /// The outcome if a worker died without a reply: it may never have read the request.
    pub(crate) fn broken(&mut self, worker: &WorkerProcess, end: ExitStatus) -> Outcome {
        if self.is_sent() && !is_reset(&worker.socket) {
            return Outcome::Broken;
        }
        Outcome::Lost(LostExchange {
            unread: true,
            request: self.request.take(),
            pid: worker.id(),
            end,
        })
    }

    /// Moves the transfer out. `self` is empty afterwards.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            request: self.request.take(),
            incoming: mem::take(&mut self.incoming),
            closing: Closing::default(),
            ..*self
        }
    }
}

/// Whether the other side has closed its socket without reading everything. Bytes that it sent before are not read here: another process
/// with the same socket could send without end.
fn is_reset(socket: &UnixStream) -> bool {
    let reset = Some(Errno::CONNRESET.raw_os_error());
    matches!(socket.take_error(), Ok(Some(error)) if error.raw_os_error() == reset)
}

/// The failure of a call whose socket could not be registered with a runtime. Only an error of the system has a number.
pub(super) fn unregistered(error: &io::Error) -> Failure {
    if error.raw_os_error().is_none() {
        return Failure::NoRuntime;
    }
    let text = format!("its socket could not be registered with the runtime: {error}");
    Failure::Spawn(io::Error::new(error.kind(), text))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_reset_is_seen_behind_what_was_sent_before_it() {
        for (request, closes) in [("", true), ("unread", true), ("unread", false)] {
            let (mut ours, mut theirs) = UnixStream::pair().unwrap();
            ours.write_all(request.as_bytes()).unwrap();
            theirs.write_all(b"much").unwrap();
            let kept = (!closes).then_some(theirs);
            assert_eq!(is_reset(&ours), closes && !request.is_empty());
            let mut said = [0; 4];
            ours.read_exact(&mut said).unwrap();
            assert_eq!(&said, b"much");
            drop(kept);
        }
    }
}
