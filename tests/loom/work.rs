//! Jobs for a lane, which count how they end and how many run at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    call::{
        self,
        block_on::blocked::Blocked,
        meter::{SubmittedAt, Times},
        outcome::Ending,
        queued_in::{LineMark, QueueNumber},
        traits::{Around, Entry, Run},
    },
    error::Error,
    scheduler::{
        close::CloseReason,
        lane::Lane,
        order::{JobOrder, Level},
        spawner::Spawner,
        task::Task,
    },
    sync,
    trial::Trial,
};

/// A lane on a spawner, and the account of its jobs.
pub(crate) struct Site {
    pub(crate) lane: Arc<Lane<Work>>,
    pub(crate) spawner: Spawner,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    ends: Mutex<HashMap<usize, Vec<End>>>,
    running: sync::Mutex<usize>,
    cap: usize,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Run,
    Shutdown,
    Thread,
}

/// One job.
pub(crate) struct Work {
    name: usize,
    log: Arc<Log>,
}

impl Site {
    pub(crate) fn new(spawner: Spawner, cap: usize) -> Self {
        let log = Log {
            cap,
            ..Log::default()
        };
        Self {
            lane: Lane::new(spawner.clone(), cap, Arc::default()),
            spawner,
            log: Arc::new(log),
        }
    }

    pub(crate) fn submit(&self, name: usize) {
        self.lane.submit(self.work(name));
    }

    pub(crate) fn submit_as(&self, name: usize, level: Level) {
        let order = JobOrder { level, key: None };
        self.lane.submit_as(self.work(name), order);
    }

    /// Submits on a thread of its own.
    pub(crate) fn spawn_submit(&self, name: usize) -> loom::thread::JoinHandle<()> {
        let lane = Arc::clone(&self.lane);
        let work = self.work(name);
        loom::thread::spawn(move || lane.submit(work))
    }

    /// Tries to submit where at most `waiting` jobs may wait, on a thread of its own.
    pub(crate) fn spawn_try_submit(
        &self,
        name: usize,
        capacity: usize,
    ) -> loom::thread::JoinHandle<bool> {
        let lane = Arc::clone(&self.lane);
        let work = self.work(name);
        loom::thread::spawn(move || lane.try_submit(work, JobOrder::default(), capacity).is_ok())
    }

    pub(crate) fn try_submit(&self, name: usize, capacity: usize) -> bool {
        self.lane
            .try_submit(self.work(name), JobOrder::default(), capacity)
            .is_ok()
    }

    /// Shuts the lane down on a thread of its own.
    pub(crate) fn spawn_shut_down(&self) -> loom::thread::JoinHandle<()> {
        let lane = Arc::clone(&self.lane);
        loom::thread::spawn(move || lane.shut_down(&CloseReason::Shutdown))
    }

    pub(crate) fn shut_down(&self) {
        self.lane.shut_down(&CloseReason::Shutdown);
    }

    /// How the jobs `0..count` ended, each exactly once, after all runners have left.
    pub(crate) fn ends(&self, count: usize) -> Vec<End> {
        self.spawner.settle();
        let mut ends = self.log.ends();
        let ends = (0..count).map(|name| ends.remove(&name).unwrap_or_default());
        ends.map(|ends| match *ends {
            [end] => end,
            ref other => panic!("a job ended as {other:?}"),
        })
        .collect()
    }

    /// How one job ended.
    pub(crate) fn last_end(&self, name: usize) -> End {
        let ends = self.log.ends();
        *ends[&name].last().expect("the job ended")
    }

    fn work(&self, name: usize) -> Work {
        let log = Arc::clone(&self.log);
        Work { name, log }
    }
}

impl Log {
    fn ends(&self) -> MutexGuard<'_, HashMap<usize, Vec<End>>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn end(&self, end: End) {
        self.log.ends().entry(self.name).or_default().push(end);
    }
}

impl Task for Work {
    fn run(self, settle: &mut dyn FnMut(Ending, Times)) {
        let running = {
            let mut running = self.log.running.lock();
            *running += 1;
            *running
        };
        assert!(running <= self.log.cap, "more bodies at once than the cap");
        *self.log.running.lock() -= 1;
        self.end(End::Run);
        settle(Ending::Done, Times);
    }

    fn refuse(self, error: Error) {
        self.end(match error {
            Error::Shutdown => End::Shutdown,
            Error::Thread(_) => End::Thread,
            other => panic!("refused with {other}"),
        });
    }

    fn call(&self) -> Option<&Arc<dyn Run>> {
        None
    }

    fn is_dead(&self) -> bool {
        false
    }
}

/// A real call as a job.
pub(crate) struct CallWork(Arc<dyn Run>);

impl CallWork {
    pub(crate) fn new(trial: &Trial) -> Self {
        Self(Arc::clone(&trial.job))
    }

    /// A call that the body waits for in `caller`.
    pub(crate) fn nested(trial: &Trial, caller: &Arc<Blocked>) -> Self {
        Self(Arc::new(Nested(Arc::clone(&trial.job), Arc::clone(caller))))
    }
}

struct Nested(Arc<dyn Run>, Arc<Blocked>);

impl Run for Nested {
    fn run(self: Arc<Self>, around: Option<Around<'_>>, settle: &mut dyn FnMut(Ending, Times)) {
        Arc::clone(&self.0).run(around, settle);
    }

    fn site(&self) -> &'static call::site::Site {
        self.0.site()
    }

    fn submitted_at(&self) -> Option<SubmittedAt> {
        self.0.submitted_at()
    }

    fn refuse(&self, error: Error) {
        self.0.refuse(error);
    }

    fn ask_to_stop(&self) {
        self.0.ask_to_stop();
    }

    fn has_ended(&self) -> bool {
        self.0.has_ended()
    }

    fn awaited_by(&self) -> Option<Arc<Blocked>> {
        Some(Arc::clone(&self.1)).filter(|_| self.is_queued())
    }

    fn awaited_in(&self) -> Option<usize> {
        Some(Arc::as_ptr(&self.1).addr()).filter(|_| self.is_queued())
    }

    fn cell(&self) -> *const () {
        self.0.cell()
    }

    fn line(&self) -> Option<LineMark> {
        self.0.line()
    }

    fn enter(&self, queue: &QueueNumber, line: LineMark) -> Entry {
        match (self.0.enter(queue, line), self.awaited_in()) {
            (Entry::Started | Entry::Waits, Some(block_on)) => Entry::AwaitedIn(block_on),
            (entry, _) => entry,
        }
    }
}

impl Task for CallWork {
    fn run(self, settle: &mut dyn FnMut(Ending, Times)) {
        self.0.run(None, settle);
    }

    fn refuse(self, error: Error) {
        self.0.refuse(error);
    }

    fn call(&self) -> Option<&Arc<dyn Run>> {
        Some(&self.0)
    }

    fn is_dead(&self) -> bool {
        !self.0.is_queued()
    }
}
