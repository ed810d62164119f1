//! One call at its worker: the request goes out, the reply comes in.
//!
//! The caller's own future moves the bytes, so there is no hop to another thread; the monitor of the worker wakes it when the
//! process ends, whatever the socket says.

use std::{
    os::unix::net::UnixStream,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use crate::{
    call::transfer::{Outcome, Step, Transfer},
    pool::{inner::Crew, request::Request, stats::Ended},
    process::{
        FAREWELL, Worker,
        exit::{News, Verdict},
        lease::Link,
        registration::Registration,
    },
    timer::{self, Alarm, Orphan},
    wire::{frame::SLACK, reader::Incoming},
};

/// A call and the worker that has it. Dropped before its end, it ends the body or lets it go on, as the pool was told.
#[derive(Debug)]
pub(crate) struct Exchange {
    crew: &'static Crew,
    /// Taken when the worker goes elsewhere.
    link: Option<Link>,
    transfer: Transfer,
    id: u64,
    /// What arrived is no reply: the worker is being ended.
    broken: bool,
    /// The limits of the body count.
    timed: bool,
    soft: Option<Alarm>,
    hard: Option<Alarm>,
}

impl Exchange {
    /// Gives a worker a call, and as much of the request as goes at once.
    pub(crate) fn begin(
        crew: &'static Crew,
        mut link: Link,
        request: Request,
        id: u64,
    ) -> Box<Self> {
        link.calls += 1;
        link.worker.begin(id);
        let socket = Arc::clone(&link.worker.socket);
        let incoming = Incoming::new(crew.buffers.reply(), crew.config.max_message + SLACK);
        let mut exchange = Box::new(Self {
            crew,
            transfer: Transfer::new(request, id, incoming),
            link: Some(link),
            id,
            broken: false,
            timed: false,
            soft: None,
            hard: None,
        });
        // A worker that died meanwhile is noticed by the one who waits for the reply.
        exchange.transfer.send(&socket);
        exchange.note_start();
        exchange
    }

    /// Whether the worker has all of the request: then the body runs, as far as can be known here.
    pub(crate) fn is_running(&self) -> bool {
        self.transfer.is_sent()
    }

    /// Waits for the end in the current runtime.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            let Some(link) = &mut self.link else {
                return Poll::Pending;
            };
            let outcome = match link.worker.news(cx.waker()) {
                News::Alive if self.broken => return Poll::Pending,
                News::Dead(end, None) if self.broken => {
                    Some(self.transfer.broken(&link.worker, end))
                }
                news => self.transfer.hear(&link.worker, news),
            };
            if let Some(outcome) = outcome {
                return Poll::Ready(self.end(outcome));
            }
            if self.transfer.is_closed() {
                // The process is ending, or its socket is gone and it must end; its monitor tells how.
                link.worker.kill();
                return Poll::Pending;
            }
            let writes = !self.transfer.is_sent();
            let (transfer, socket) = (&mut self.transfer, Arc::clone(&link.worker.socket));
            let step = ready!(Registration::poll(
                &mut link.registration,
                &socket,
                writes,
                cx,
                || transfer.step(&socket),
            ));
            match step {
                Ok(Step::Wait) => self.note_start(),
                Ok(Step::Answered(head)) => {
                    let outcome = self.transfer.answer(head);
                    return Poll::Ready(self.end(outcome));
                }
                Ok(Step::Broken) => {
                    // It may be left over from the call before. Whether this one was read is known once the worker is dead.
                    self.broken = true;
                    link.worker.kill();
                }
                Err(_) => return Poll::Ready(self.end(Outcome::Stranded)),
            }
        }
    }

    /// The caller does not want it any more. A body that runs may be asked first.
    pub(crate) fn cancel(&mut self) {
        if let Some(worker) = self.worker() {
            worker.judge(Verdict::Cancelled);
            let grace = self.crew.config.grace.filter(|_| self.is_running());
            worker.dismiss(grace);
        }
    }

    fn worker(&self) -> Option<&Arc<Worker>> {
        Some(&self.link.as_ref()?.worker)
    }

    /// The limits of a body count from when it has its request. A worker that does not read is not waited for without end either.
    fn note_start(&mut self) {
        let (config, sent) = (&self.crew.config, self.transfer.is_sent());
        let Some(worker) = self.link.as_ref().map(|link| &link.worker) else {
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
            let (worker, grace) = (Arc::clone(worker), config.grace);
            let time = if sent { limit } else { limit.max(FAREWELL) };
            self.hard = timer::after(time, move || worker.overrun(id, limit, grace));
        }
    }

    /// Gives back the place of this call, and the worker if it is fit for more. The end is counted before anybody learns of it.
    fn end(&mut self, outcome: Outcome) -> Outcome {
        let Some(mut link) = self.let_go() else {
            return outcome;
        };
        let crew = self.crew;
        match &outcome {
            Outcome::Answered(head, _) => {
                link.leaving |= head.extra;
                link.worker.finish();
                crew.give_back(link, Ended::answered(head.kind));
            }
            // Its place is kept until the call has decided what becomes of it.
            Outcome::Lost(_) => {}
            Outcome::Broken => crew.give_up(&link.worker, None, Ended::Failed),
            Outcome::Judged(verdict) => {
                crew.give_up(&link.worker, crew.config.grace, Ended::judged(*verdict));
            }
            Outcome::Stranded => crew.give_up(&link.worker, None, Ended::Refused),
        }
        crew.buffers
            .keep_request(self.transfer.request.take().frame);
        outcome
    }

    /// Ends the body, whose caller has gone.
    fn leave(&mut self, ended: Ended) {
        let running = self.is_running();
        if let Some(link) = self.let_go() {
            let grace = self.crew.config.grace.filter(|_| running);
            self.crew.give_up(&link.worker, grace, ended);
        }
    }

    fn let_go(&mut self) -> Option<Link> {
        timer::cancel(self.soft.take());
        timer::cancel(self.hard.take());
        self.link.take()
    }

    /// The same exchange in other hands; what stays behind is empty.
    fn hand_over(&mut self) -> Option<Self> {
        let mut link = self.link.take()?;
        // The old runtime may never run again: its registration goes now.
        link.registration = None;
        Some(Self {
            crew: self.crew,
            link: Some(link),
            transfer: self.transfer.take(),
            id: self.id,
            broken: self.broken,
            timed: self.timed,
            soft: self.soft.take(),
            hard: self.hard.take(),
        })
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let alive = |worker: &Arc<Worker>| worker.glance() == News::Alive;
        let goes_on = self.is_running() && self.worker().is_some_and(alive);
        if self.crew.config.detach && goes_on {
            if let Some(exchange) = self.hand_over() {
                timer::adopt(Box::new(exchange));
            }
        } else {
            self.leave(Ended::Cancelled);
        }
    }
}

/// What is done for a caller that has gone.
impl Orphan for Exchange {
    fn socket(&self) -> Option<&UnixStream> {
        self.worker().map(|worker| &*worker.socket)
    }

    fn tell(&self, waker: &Waker) {
        if let Some(worker) = self.worker() {
            worker.news(waker);
        }
    }

    fn has_news(&self) -> bool {
        self.worker()
            .is_some_and(|worker| worker.glance() != News::Alive)
    }

    fn serve(&mut self) -> bool {
        let Some(worker) = self.worker().cloned() else {
            return true;
        };
        let over = self.has_news();
        // A worker may have answered before it died.
        let step = loop {
            match self.transfer.step(&worker.socket) {
                (Step::Wait, false) if over => {}
                (step, _) => break step,
            }
        };
        let outcome = match step {
            Step::Answered(head) => self.transfer.answer(head),
            Step::Broken => Outcome::Broken,
            Step::Wait if over || self.transfer.is_closed() => {
                let verdict = match worker.glance() {
                    News::TimedOut(limit) => Verdict::TimedOut(limit),
                    News::Dead(_, Some(verdict)) => verdict,
                    News::Alive | News::Dead(_, None) => {
                        self.leave(Ended::Died);
                        return true;
                    }
                };
                Outcome::Judged(verdict)
            }
            Step::Wait => return false,
        };
        drop(self.end(outcome));
        true
    }
}
