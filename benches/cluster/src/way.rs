//! The ways to run something in another process, and how a call of each is timed.

use std::{
    collections::VecDeque,
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};

use crate::scenario::{Scenario, Work};

/// An error of a measurement.
pub(crate) type Problem = Box<dyn Error + Send + Sync>;

/// One way, and its processes.
pub(crate) trait Way {
    fn name(&self) -> Name;

    /// Measures it once. `None` if the way does not support the scenario.
    fn measure<'a>(
        &'a mut self,
        scenario: &'a Scenario,
    ) -> BoxFuture<'a, Result<Option<Figure>, Problem>>;
}

/// One measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// The median time of a call, unless calls were not timed one by one.
    pub(crate) middle: Option<Duration>,
    pub(crate) p99: Option<Duration>,
    /// The time of all calls, divided by their number.
    pub(crate) each: Duration,
}

/// The names of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// A request and a reply: the lower bound.
    Nats,
    /// A message in a stream, one process that pulls it, and a reply.
    JetStream,
    /// `#[offload(remote = CLUSTER)]`, with a node on threads.
    OnPool,
    /// The same with a node on worker processes.
    OnWorkers,
    Celery,
    Ray,
    Dask,
}

impl Name {
    pub(crate) const ALL: [Self; 7] = [
        Self::Nats,
        Self::JetStream,
        Self::OnPool,
        Self::OnWorkers,
        Self::Celery,
        Self::Ray,
        Self::Dask,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nats => "NATS request",
            Self::JetStream => "JetStream by hand",
            Self::OnPool => "`remote`, node on a pool",
            Self::OnWorkers => "`remote`, node on workers",
            Self::Celery => "Celery",
            Self::Ray => "Ray",
            Self::Dask => "Dask",
        }
    }
}

/// Something that can be called.
pub(crate) trait Callee: Send + Sync + 'static {
    fn call(&self, work: Work, bytes: &[u8]) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Makes the calls of a scenario, and times each of them.
pub(crate) async fn time<C: Callee>(
    callee: &Arc<C>,
    scenario: &Scenario,
) -> Result<Figure, Problem> {
    run(callee, scenario, scenario.calls / 10 + 1).await?;
    let begun = Instant::now();
    let mut times = run(callee, scenario, scenario.calls).await?;
    let all = begun.elapsed();
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len() - 1));
    Ok(Figure {
        middle: at(50).copied(),
        p99: at(99).copied(),
        each: all / u32::try_from(scenario.calls)?,
    })
}

/// One task for each call in flight. Each task makes one call after the other.
async fn run<C: Callee>(
    callee: &Arc<C>,
    scenario: &Scenario,
    calls: usize,
) -> Result<Vec<Duration>, Problem> {
    let bytes: Arc<[u8]> = match scenario.work {
        Work::Length(bytes) => vec![7; bytes].into(),
        Work::Nothing | Work::Sleep(_) => Arc::default(),
    };
    let shares: VecDeque<_> = (0..scenario.at_once)
        .map(|task| calls / scenario.at_once + usize::from(task < calls % scenario.at_once))
        .collect();
    let work = scenario.work;
    let tasks: FuturesUnordered<_> = shares
        .into_iter()
        .map(|share| {
            let (callee, bytes) = (Arc::clone(callee), Arc::clone(&bytes));
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(share);
                for _ in 0..share {
                    let begun = Instant::now();
                    callee.call(work, &bytes).await?;
                    times.push(begun.elapsed());
                }
                Ok::<_, Problem>(times)
            })
        })
        .collect();
    let all: Vec<_> = tasks.collect().await;
    let mut times = Vec::with_capacity(calls);
    for one in all {
        times.extend(one??);
    }
    Ok(times)
}

/// Runs `work` for each message, up to this many at once, until there are no more.
pub(crate) async fn serve<M, W: Future<Output = ()>>(
    messages: impl futures_util::Stream<Item = M>,
    slots: usize,
    work: impl Fn(M) -> W,
) {
    messages
        .map(work)
        .buffer_unordered(slots)
        .for_each(|()| async {})
        .await;
}
