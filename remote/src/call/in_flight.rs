//! One call at its worker: it sends the request and receives the reply.
//!
//! The caller's own future moves the bytes, so no other thread is involved. When the process ends, the monitor of the worker wakes
//! this future, even if the socket is still open.

use std::{
    io,
    os::unix::net::UnixStream,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use crate::{
    call::transfer::{Outcome, Step, Transfer},
    pool::{inner::Inner, request::Request, stats::Ended},
    process::{
        EXIT_GRACE, WorkerProcess,
        exit::{KillReason, WorkerStatus},
        lease::Lease,
        registration::{Registration, SocketIo},
    },
    timer::{self, Alarm, Unpolled},
    wire::{frame::SLACK, reader::MessageReader},
};

/// A call and its worker. If it is dropped before its end, the option `detach_on_drop` of the pool decides whether the body
/// is killed or continues.
#[derive(Debug)]
pub(crate) struct InFlight {
    inner: &'static Inner,
    /// `None` after the worker was given back.
    lease: Option<Lease>,
    transfer: Transfer,
    id: u64,
    /// The worker sent no valid reply, and is being killed.
    broken: bool,
    /// Whether the time limits of the body have started.
    timed: bool,
    soft: Option<Alarm>,
    hard: Option<Alarm>,
}

impl InFlight {
    /// Gives a worker a call, and sends as much of the request as the socket takes.
    pub(crate) fn begin(
        inner: &'static Inner,
        mut lease: Lease,
        request: Request,
        id: u64,
    ) -> Box<Self> {
        lease.calls += 1;
        lease.worker.begin(id);
        let socket = Arc::clone(&lease.worker.socket);
        let incoming = MessageReader::new(inner.buffers.reply(), inner.config.max_message + SLACK);
        let mut in_flight = Box::new(Self {
            inner,
            transfer: Transfer::new(request, id, incoming),
            lease: Some(lease),
            id,
            broken: false,
            timed: false,
            soft: None,
            hard: None,
        });
        // If the worker has died, `poll` notices that.
        in_flight.transfer.send(&socket);
        in_flight.note_start();
        in_flight
    }

    /// Whether the worker has all of the request: then the body runs, as far as can be known here.
    pub(crate) fn is_running(&self) -> bool {
        self.transfer.is_sent()
    }

    /// Waits for the end in the current runtime.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            let Some(lease) = &mut self.lease else {
                return Poll::Pending;
            };
            let outcome = match lease.worker.status(cx.waker()) {
                WorkerStatus::Alive if self.broken => return Poll::Pending,
                WorkerStatus::Dead(end, None) if self.broken => {
                    Some(self.transfer.broken(&lease.worker, end))
                }
                status => ready!(self.transfer.poll_end(&lease.worker, status, cx)),
            };
            if let Some(outcome) = outcome {
                return Poll::Ready(self.end(outcome));
            }
            if self.transfer.is_closed() {
                // The process is ending, or has closed its socket and must be killed. Its monitor reports how it ended.
                lease.worker.note_closed();
                return Poll::Pending;
            }
            match ready!(step(&mut self.transfer, lease, cx)) {
                Ok(Step::Again | Step::Wait) => self.note_start(),
                Ok(Step::Answered(head)) => {
                    let outcome = self.transfer.answer(head);
                    return Poll::Ready(self.end(outcome));
                }
                Ok(Step::Broken) => {
                    // The bytes may belong to the call before. Whether this one was read is known once the worker is dead.
                    self.broken = true;
                    lease.worker.kill();
                }
                Err(error) => return Poll::Ready(self.end(Outcome::Unregistered(error))),
            }
        }
    }

    /// The caller cancels the call. A running body is asked to stop first, if the pool has a grace time.
    pub(crate) fn cancel(&mut self) {
        if let Some(worker) = self.worker() {
            worker.set_kill_reason(KillReason::Cancelled);
            let grace = self.inner.config.grace.filter(|_| self.is_running());
            worker.terminate(grace);
        }
    }

    fn worker(&self) -> Option<&Arc<WorkerProcess>> {
        Some(&self.lease.as_ref()?.worker)
    }

    /// The time limits of a body start when it has its request. A worker that does not read has a limit too.
    fn note_start(&mut self) {
        let (config, sent) = (&self.inner.config, self.transfer.is_sent());
        let Some(worker) = self.lease.as_ref().map(|lease| &lease.worker) else {
            return;
        };
        if self.timed || !sent && self.hard.is_some() {
            return;
        }
        self.timed = sent;
        timer::cancel(self.hard.take());
        let id = self.id;
        if let Some(limit) = config.soft_timeout.filter(|_| sent) {
            let worker = Arc::clone(worker);
            self.soft = timer::after(limit, move || worker.ask_to_stop(id));
        }
        if let Some(limit) = config.timeout {
            if sent {
                worker.note_sent();
            }
            let (worker, grace) = (Arc::clone(worker), config.grace);
            let time = if sent { limit } else { limit.max(EXIT_GRACE) };
            self.hard = timer::after(time, move || worker.time_out(id, limit, grace));
        }
    }

    /// Frees the slot of this call, and gives the worker back if it can run further calls. The end is counted before the caller can see it.
    fn end(&mut self, outcome: Outcome) -> Outcome {
        let Some(mut lease) = self.take_lease() else {
            return outcome;
        };
        let inner = self.inner;
        match &outcome {
            Outcome::Answered(head, _) => {
                lease.leaving |= head.extra;
                lease.worker.finish();
                inner.release(lease, Ended::answered(head.kind));
            }
            // Its slot is kept until the call has decided whether it is retried.
            Outcome::Lost(_) => {}
            Outcome::Broken => inner.kill_with_call(&lease.worker, None, Ended::Failed),
            Outcome::Killed(reason) => {
                inner.kill_with_call(
                    &lease.worker,
                    inner.config.grace,
                    Ended::by_the_pool(*reason),
                );
            }
            Outcome::Unregistered(_) => inner.kill_with_call(&lease.worker, None, Ended::Refused),
        }
        inner
            .buffers
            .keep_request(self.transfer.request.take().frame);
        outcome
    }

    /// Kills the body, whose caller has dropped the call.
    fn leave(&mut self, ended: Ended) {
        let running = self.is_running();
        if let Some(lease) = self.take_lease() {
            let grace = self.inner.config.grace.filter(|_| running);
            self.inner.kill_with_call(&lease.worker, grace, ended);
        }
    }

    fn take_lease(&mut self) -> Option<Lease> {
        timer::cancel(self.soft.take());
        timer::cancel(self.hard.take());
        self.lease.take()
    }

    /// Moves the call out. `self` is empty afterwards.
    fn hand_over(&mut self) -> Option<Self> {
        let mut lease = self.lease.take()?;
        // The old runtime may never run again, so its registration is dropped now.
        lease.registration = None;
        Some(Self {
            inner: self.inner,
            lease: Some(lease),
            transfer: self.transfer.take(),
            id: self.id,
            broken: self.broken,
            timed: self.timed,
            soft: self.soft.take(),
            hard: self.hard.take(),
        })
    }
}

/// Moves the bytes of the call for which the socket is ready, or waits for it.
fn step(
    transfer: &mut Transfer,
    lease: &mut Lease,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Step>> {
    let writes = !transfer.is_sent();
    let socket = Arc::clone(&lease.worker.socket);
    let moved = Registration::poll(&mut lease.registration, &socket, writes, cx, || {
        let value = transfer.step(&socket);
        let exhausted = !matches!(value, Step::Again);
        SocketIo { value, exhausted }
    });
    if let Poll::Ready(Ok(Step::Again | Step::Wait)) = &moved {
        lease.worker.note_arrived(transfer.arrived());
    }
    moved
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let alive = |worker: &Arc<WorkerProcess>| worker.status_now() == WorkerStatus::Alive;
        let goes_on = self.is_running() && self.worker().is_some_and(alive);
        if self.inner.config.detach && goes_on {
            if let Some(in_flight) = self.hand_over() {
                timer::take_over(Box::new(in_flight));
            }
        } else {
            self.leave(Ended::Cancelled);
        }
    }
}

impl Unpolled for InFlight {
    fn socket(&self) -> Option<&UnixStream> {
        self.worker().map(|worker| &*worker.socket)
    }

    fn set_waker(&self, waker: &Waker) {
        if let Some(worker) = self.worker() {
            worker.status(waker);
        }
    }

    fn worker_has_ended(&self) -> bool {
        self.worker()
            .is_some_and(|worker| worker.status_now() != WorkerStatus::Alive)
    }

    fn read_ready(&mut self) -> bool {
        let Some(worker) = self.worker().cloned() else {
            return true;
        };
        let status = worker.status_now();
        let over = status != WorkerStatus::Alive;
        // A worker may have answered before it died. A worker that has timed out may continue to send.
        let dead = matches!(status, WorkerStatus::Dead(..));
        let step = loop {
            match self.transfer.step(&worker.socket) {
                Step::Again if dead => {}
                step => break step,
            }
        };
        let outcome = match step {
            Step::Answered(head) => self.transfer.answer(head),
            Step::Broken => Outcome::Broken,
            Step::Again | Step::Wait if over || self.transfer.is_closed() => {
                let reason = match worker.status_now() {
                    WorkerStatus::TimedOut(limit) => KillReason::TimedOut(limit),
                    WorkerStatus::Dead(_, Some(reason)) => reason,
                    WorkerStatus::Alive | WorkerStatus::Dead(_, None) => {
                        self.leave(Ended::Died);
                        return true;
                    }
                };
                Outcome::Killed(reason)
            }
            Step::Again | Step::Wait => {
                worker.note_arrived(self.transfer.arrived());
                return false;
            }
        };
        drop(self.end(outcome));
        true
    }
}
