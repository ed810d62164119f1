//! Times out a body, unless its reply has begun to arrive: then it gets more time.

use std::{sync::Arc, time::Duration};

use super::{EXIT_GRACE, WorkerProcess, exit::KillReason, life::Life};
use crate::{timer, unwind::wake_all};

impl WorkerProcess {
    /// Records that the worker has all of the request: now its reply may arrive.
    pub(crate) fn note_sent(&self) {
        self.life.lock().reply.note_sent();
    }

    /// Records how many bytes of a reply have been read that is not complete.
    pub(crate) fn note_arrived(&self, bytes: usize) {
        // Usually there are none: a short reply comes in one piece.
        if bytes > 0 {
            self.life.lock().reply.note_read(bytes);
        }
    }

    /// Kills the worker because the body of this call has run for too long, unless the call has ended meanwhile.
    ///
    /// The reason is set and the signal is sent under one lock, so that they cannot affect the next call of this worker.
    pub(crate) fn time_out(self: &Arc<Self>, call: u64, limit: Duration, grace: Option<Duration>) {
        let mut life = self.life.lock();
        if life.call != call || life.abandoned || life.exit.is_some() {
            return;
        }
        // A reply that has begun to arrive is in time, even if nothing of it could be read yet, or all that has arrived was read.
        let has_begun = !self.is_quiet() || life.reply.was_read();
        if has_begun && life.reply.gets_more() {
            return self.time_out_later(&mut life, limit, grace);
        }
        life.reason = Some(KillReason::TimedOut(limit));
        self.terminate_locked(&mut life, grace);
        let waker = life.waker.take();
        drop(life);
        wake_all(waker);
    }

    /// The rest of the reply may never come.
    fn time_out_later(self: &Arc<Self>, life: &mut Life, limit: Duration, grace: Option<Duration>) {
        let (worker, call) = (Arc::clone(self), life.call);
        let alarm = timer::after(limit.max(EXIT_GRACE), move || {
            worker.time_out(call, limit, grace);
        });
        timer::cancel(life.reply.set_alarm(alarm));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        os::unix::net::UnixStream,
        process::{Child, Command},
    };

    use rustix::process::Pid;

    use super::*;
    use crate::process::exit::{ExitStatus, WorkerStatus};

    /// No alarm of it goes off within a test.
    const LIMIT: Duration = Duration::from_secs(10_000);

    /// A process that does nothing and has its request, with the side of the pool and its own side of the socket.
    fn worker() -> (Child, Arc<WorkerProcess>, UnixStream) {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (control, _) = UnixStream::pair().unwrap();
        let worker = WorkerProcess::new(Pid::from_child(&child), ours, control);
        worker.begin(7);
        worker.note_sent();
        (child, Arc::new(worker), theirs)
    }

    fn is_timed_out(worker: &Arc<WorkerProcess>) -> bool {
        worker.time_out(7, LIMIT, Some(LIMIT));
        worker.status_now() == WorkerStatus::TimedOut(LIMIT)
    }

    fn end(mut child: Child, worker: &Arc<WorkerProcess>) {
        child.kill().unwrap();
        let end = ExitStatus {
            signal: Some(9),
            ..ExitStatus::UNKNOWN
        };
        worker.reap(end, || drop(child.wait()));
        // No alarm keeps it, and its sockets with it.
        assert_eq!(Arc::strong_count(worker), 1);
    }

    #[test]
    fn a_reply_that_drips_gets_more_time_once() {
        let (child, worker, mut theirs) = worker();
        let mut timed_out = Vec::new();
        for arrived in 1..=3 {
            theirs.write_all(&[1]).unwrap();
            timed_out.push(is_timed_out(&worker));
            (&*worker.socket).read_exact(&mut [0]).unwrap();
            worker.note_arrived(arrived);
        }
        assert_eq!(timed_out, [false, false, true]);
        end(child, &worker);
    }

    /// Its caller is faster than its worker.
    #[test]
    fn a_reply_that_was_read_so_far_gets_more_time_once() {
        let (child, worker, theirs) = worker();
        worker.note_arrived(1000);
        assert_eq!([(); 2].map(|()| is_timed_out(&worker)), [false, true]);
        drop(theirs);
        end(child, &worker);
    }

    #[test]
    fn a_reply_that_nobody_reads_waits_for_its_caller() {
        let (child, worker, mut theirs) = worker();
        theirs.write_all(&[1]).unwrap();
        assert!((0..20).all(|_| !is_timed_out(&worker)));
        end(child, &worker);
    }

    #[test]
    fn a_body_that_has_sent_nothing_gets_no_more_time() {
        let (child, worker, theirs) = worker();
        assert!(is_timed_out(&worker));
        drop(theirs);
        end(child, &worker);
    }

    #[test]
    fn what_is_said_before_the_request_is_sent_is_no_reply() {
        let (child, worker, mut theirs) = worker();
        worker.begin(7);
        theirs.write_all(&[1]).unwrap();
        assert!(is_timed_out(&worker));
        end(child, &worker);
    }

    #[test]
    fn nothing_waits_for_a_call_that_is_over() {
        let (child, worker, mut theirs) = worker();
        theirs.write_all(&[1]).unwrap();
        assert!(!is_timed_out(&worker));
        assert_eq!(Arc::strong_count(&worker), 2);
        worker.finish();
        assert_eq!(Arc::strong_count(&worker), 1);
        end(child, &worker);
    }
}
