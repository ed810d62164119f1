//! The workloads, each for any way.

mod bed;
mod burst;
mod busy;
mod fair;
mod gone;
mod loops;
mod mem;
mod ping;
mod real;
mod seq;
mod sleepers;
mod submit;

use std::{sync::Arc, time::Duration};

pub use real::Body;

use crate::{
    cpu,
    gauge::Gauge,
    sample::Sample,
    ways::{Name, Visit, Way},
};

/// One workload with its sizes: how many calls, how many times that, how long the bodies take.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Calls that do nothing, one after the other.
    Seq(usize),
    /// Calls that do nothing awaited in one task, so many times.
    Join(usize, usize),
    /// Calls that do nothing in a task each, so many times.
    Spawn(usize, usize),
    /// Tasks that make calls, with a body that computes.
    Loops(Loops, Duration),
    /// Tasks that make calls, with a body that does real work.
    Real(Loops, Body),
    /// How long the submitting thread is held up.
    Submit(usize),
    /// Bodies that sleep, all at once, on threads that exist.
    Warm(usize, Duration),
    /// Bodies that sleep, all at once, before any thread exists.
    Cold(usize, Duration),
    /// How an unrelated task is delayed while others offload such bodies for a second.
    Ping(Duration),
    /// How long an unrelated `spawn_blocking` waits for a thread.
    Fair,
    /// The memory of calls that wait.
    Queued(usize),
    /// The allocations of calls made one after the other.
    Allocs(usize),
    /// A runtime dropped with work waiting.
    Drop,
    /// Tasks aborted while their calls wait.
    Abort,
    /// Calls offered to a full queue of that length.
    Refuse(usize),
    /// The memory that remains of this many calls that are dropped while they wait.
    Abandon(usize),
}

/// How many tasks, and how many calls each makes, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Loops {
    /// Tasks.
    pub tasks: usize,
    /// Calls of each.
    pub calls: usize,
}

impl Work {
    /// The same work with very few calls, for tests.
    #[must_use]
    pub const fn smallest(self) -> Self {
        const FEW: Loops = Loops { tasks: 2, calls: 1 };
        match self {
            Self::Seq(_) => Self::Seq(10),
            Self::Join(..) => Self::Join(10, 1),
            Self::Spawn(..) => Self::Spawn(10, 1),
            Self::Loops(_, time) => Self::Loops(FEW, time),
            Self::Real(_, body) => Self::Real(FEW, body),
            Self::Submit(_) => Self::Submit(10),
            Self::Warm(_, sleep) => Self::Warm(10, sleep),
            Self::Cold(_, sleep) => Self::Cold(10, sleep),
            Self::Refuse(_) => Self::Refuse(10),
            Self::Abandon(_) => Self::Abandon(10),
            work => work,
        }
    }

    /// Measures it once for the way of that name, with pools of so many threads, on a runtime of its own.
    pub fn measure(self, way: Name, threads: usize) -> Sample {
        way.visit(Measure {
            work: self,
            threads,
        })
    }
}

struct Measure {
    work: Work,
    threads: usize,
}

impl Visit for Measure {
    type Out = Sample;

    fn visit<W: Way>(self) -> Sample {
        let threads = self.threads;
        match self.work {
            Work::Fair => fair::measure::<W>(threads),
            Work::Queued(calls) => mem::queued::<W>(threads, calls),
            Work::Allocs(calls) => mem::allocations::<W>(threads, calls),
            Work::Drop => gone::dropped::<W>(threads),
            Work::Abort => gone::aborted::<W>(threads),
            Work::Refuse(waiting) => gone::refused::<W>(threads, waiting),
            Work::Abandon(calls) => mem::abandoned::<W>(threads, calls),
            Work::Ping(body) => {
                bed::run(
                    None,
                    async move { ping::measure(way::<W>(threads), body).await },
                )
            }
            Work::Submit(calls) => bed::run(None, async move {
                submit::measure(&*way::<W>(threads), calls).await
            }),
            Work::Cold(calls, sleep) => bed::run(None, async move {
                sleepers::cold(&way::<W>(threads), calls, sleep).await
            }),
            work => bed::run(None, async move { steady(way::<W>(threads), work).await }),
        }
    }
}

fn way<W: Way>(threads: usize) -> Arc<W> {
    Arc::new(W::build(threads))
}

/// Measures work whose figures do not depend on its length.
async fn steady<W: Way>(way: Arc<W>, work: Work) -> Sample {
    match work {
        Work::Seq(calls) => {
            seq::calls(&*way, calls / 10).await;
            let gauge = Gauge::start();
            seq::calls(&*way, calls).await;
            gauge.per_call(calls)
        }
        Work::Join(calls, times) => {
            burst::joined(&*way, calls).await;
            let gauge = Gauge::start();
            for _ in 0..times {
                burst::joined(&*way, calls).await;
            }
            gauge.per_call(calls * times)
        }
        Work::Spawn(calls, times) => {
            burst::spawned(&way, calls.min(1000)).await;
            let gauge = Gauge::start();
            for _ in 0..times {
                burst::spawned(&way, calls).await;
            }
            gauge.per_call(calls * times)
        }
        Work::Loops(loops, body) => loops::measure(&way, loops, move || cpu::spin(body)).await,
        Work::Real(loops, body) => real::measure(&way, loops, body).await,
        Work::Warm(calls, sleep) => {
            sleepers::cold(&way, calls, sleep).await;
            sleepers::cold(&way, calls, sleep).await
        }
        _ => unreachable!("measured elsewhere"),
    }
}
