//! A hand-written pool: threads that take closures from a channel and answer through a oneshot.

use std::thread;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::{Accepted, Way};

type Job = Box<dyn FnOnce() + Send>;

/// Packs a body and the way back into one closure.
fn with_answer<R: Send + 'static>(
    body: impl FnOnce() -> R + Send + 'static,
) -> (Job, impl Future<Output = R> + Send + 'static) {
    let (answer, result) = oneshot::channel();
    let job = Box::new(move || drop(answer.send(body())));
    (
        job,
        result.map(|result| result.expect("the body does not panic")),
    )
}

/// Threads behind crossbeam's channel. They end with the sender.
pub(super) struct Crossbeam(crossbeam_channel::Sender<Job>);

impl Crossbeam {
    fn on(
        threads: usize,
        (jobs, queue): (
            crossbeam_channel::Sender<Job>,
            crossbeam_channel::Receiver<Job>,
        ),
    ) -> Self {
        for _ in 0..threads {
            let queue = queue.clone();
            thread::spawn(move || queue.iter().for_each(|job| job()));
        }
        Self(jobs)
    }
}

impl Way for Crossbeam {
    fn build(threads: usize) -> Self {
        Self::on(threads, crossbeam_channel::unbounded())
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        let (job, result) = with_answer(body);
        self.0.send(job).expect("the threads live");
        result
    }

    fn bounded(threads: usize, waiting: usize) -> Option<Self> {
        Some(Self::on(threads, crossbeam_channel::bounded(waiting)))
    }

    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        let (job, result) = with_answer(body);
        self.0.try_send(job).ok()?;
        Some(Box::pin(result))
    }
}

/// Threads behind kanal's channel. They end with the sender.
pub(super) struct Kanal(kanal::Sender<Job>);

impl Kanal {
    fn on(threads: usize, (jobs, queue): (kanal::Sender<Job>, kanal::Receiver<Job>)) -> Self {
        for _ in 0..threads {
            let queue = queue.clone();
            thread::spawn(move || {
                while let Ok(job) = queue.recv() {
                    job();
                }
            });
        }
        Self(jobs)
    }
}

impl Way for Kanal {
    fn build(threads: usize) -> Self {
        Self::on(threads, kanal::unbounded())
    }

    fn call<R: Send + 'static>(
        &self,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> impl Future<Output = R> + Send + 'static {
        let (job, result) = with_answer(body);
        self.0.send(job).expect("the threads live");
        result
    }

    fn bounded(threads: usize, waiting: usize) -> Option<Self> {
        Some(Self::on(threads, kanal::bounded(waiting)))
    }

    fn offer(&self, body: impl FnOnce() + Send + 'static) -> Option<Accepted> {
        let (job, result) = with_answer(body);
        self.0.try_send(job).ok().filter(|sent| *sent)?;
        Some(Box::pin(result))
    }
}
