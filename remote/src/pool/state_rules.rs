//! Tests of the rules by which the state of a pool changes, without a process.

use std::{
    io,
    os::unix::net::UnixStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use rustix::process::getpid;

use super::{
    state::{Actions, Phase, QueueEntry, State},
    stats::Ended,
};
use crate::{
    error::Failure,
    process::{WorkerProcess, exit::Reaped, lease::Lease, start_failure::StartFailure},
};

/// A call in the queue that does nothing by itself.
#[derive(Debug)]
struct TestCall(u64);

impl QueueEntry for TestCall {
    fn position(&self) -> u64 {
        self.0
    }

    fn is_queued(&self) -> bool {
        true
    }

    fn limit(self: Arc<Self>, _: Duration) {}

    fn begin(&self, _: Lease, _: u64) {}

    fn end(&self, _: Failure, _: Ended) {}
}

fn wait(state: &mut State, calls: impl IntoIterator<Item = u64>) {
    for position in calls {
        state.queue.insert(position, Arc::new(TestCall(position)));
    }
}

/// A worker that is never spoken to.
fn worker() -> Arc<WorkerProcess> {
    let (socket, _) = UnixStream::pair().unwrap();
    let (control, _) = UnixStream::pair().unwrap();
    Arc::new(WorkerProcess::new(getpid(), socket, control))
}

/// So many workers that were started for `state`, and are ready.
fn ready(state: &mut State, since: &[Option<Instant>]) -> Vec<Arc<WorkerProcess>> {
    let all: Vec<_> = since.iter().map(|_| worker()).collect();
    for (worker, since) in all.iter().zip(since) {
        state.starting_workers.push(Arc::clone(worker));
        state.ready(worker, *since);
    }
    all
}

fn begun(actions: &Actions) -> Vec<u64> {
    actions
        .begin
        .iter()
        .map(|(call, ..)| call.position())
        .collect()
}

fn failure() -> StartFailure {
    StartFailure::from(io::Error::from_raw_os_error(11))
}

fn reaped(abandoned: bool, replace: bool) -> Reaped {
    Reaped {
        abandoned,
        replace,
        waker: None,
    }
}

#[test]
fn as_many_workers_are_started_as_calls_want_and_the_limit_allows() {
    let mut state = State::new(3);
    assert_eq!(state.next_actions().start, 0);
    wait(&mut state, [1, 2]);
    assert_eq!((state.next_actions().start, state.total), (2, 2));
    // These are on their way for those.
    assert_eq!(state.next_actions().start, 0);
    wait(&mut state, [3, 4, 5]);
    assert_eq!((state.next_actions().start, state.total), (1, 3));
    assert_eq!(state.next_actions().start, 0);
    assert_eq!((state.stats().queued, state.stats().processes), (5, 3));
}

#[test]
fn the_call_that_came_first_gets_the_worker_that_was_busy_last() {
    let mut state = State::new(2);
    wait(&mut state, [7, 5, 9]);
    assert_eq!(state.next_actions().start, 2);
    let calls = std::mem::take(&mut state.queue);
    let workers = ready(&mut state, &[None, None]);
    assert!(state.starting_workers.is_empty() && state.next_actions().retire.is_empty());
    state.queue = calls;
    let actions = state.next_actions();
    assert_eq!(begun(&actions), [5, 7]);
    let first = &actions.begin[0];
    assert!(first.1.worker.is(&workers[1]));
    assert_ne!(first.2, actions.begin[1].2, "each has a number of its own");
    assert_eq!((state.running, state.stats().running), (2, 2));
    assert!(state.idle.is_empty() && !state.is_idle());
    assert_eq!(state.busy().len(), 2);
}

#[test]
fn room_is_counted_beside_what_runs_and_ends_with_the_pool() {
    let mut state = State::new(1);
    assert!(state.has_room(0));
    wait(&mut state, [1]);
    assert!(!state.has_room(0) && state.has_room(1));
    state.running = 1;
    assert!(!state.has_room(1) && state.has_room(2));
    assert!(state.has_room(usize::MAX));
    state.phase = Phase::Closing;
    assert!(!state.has_room(2));
}

#[test]
fn calls_fail_when_no_worker_can_be_had_and_the_pause_doubles() {
    let mut state = State::new(2);
    wait(&mut state, [1]);
    assert_eq!(state.next_actions().start, 1);
    let attempt = worker();
    state.starting_workers.push(Arc::clone(&attempt));
    let first = state.not_ready(Some(&attempt), failure());
    assert_eq!((state.starting_workers.len(), state.total), (0, 0));
    let actions = state.next_actions();
    assert_eq!((actions.start, actions.fail.len()), (0, 1));
    assert!(matches!(actions.fail[0].1, Failure::Spawn(_)));
    assert!(state.queue.is_empty());
    let told = state.prewarm(1, &mut Actions::default());
    assert!(matches!(told, Some(Err(Failure::Spawn(_)))));
    for times in [2, 4] {
        while state.prewarm(2, &mut Actions::default()).is_some() {
            thread::yield_now();
        }
        assert_eq!(state.total, 2);
        let together = [(); 2].map(|()| state.not_ready(None, failure()));
        assert_eq!(together, [first * times; 2]);
    }
}

#[test]
fn calls_wait_on_while_others_have_workers_though_one_could_not_start() {
    let mut state = State::new(2);
    wait(&mut state, [1, 2]);
    assert_eq!(state.next_actions().start, 2);
    let _workers = ready(&mut state, &[None]);
    assert_eq!(begun(&state.next_actions()), [1]);
    state.not_ready(None, failure());
    let actions = state.next_actions();
    assert!(actions.fail.is_empty() && actions.start == 0);
    assert_eq!(state.queue.len(), 1);
}

#[test]
fn a_worker_that_is_ready_ends_the_pause() {
    let mut state = State::new(3);
    wait(&mut state, [1, 2, 3]);
    assert_eq!(state.next_actions().start, 3);
    state.not_ready(None, failure());
    let _workers = ready(&mut state, &[None]);
    let actions = state.next_actions();
    assert_eq!((begun(&actions), actions.start), (vec![1], 1));
}

#[test]
fn a_pool_that_closes_runs_what_waits_and_lets_its_workers_go() {
    let mut state = State::new(1);
    wait(&mut state, [1]);
    assert_eq!(state.next_actions().start, 1);
    let workers = ready(&mut state, &[None]);
    state.phase = Phase::Closing;
    let actions = state.next_actions();
    assert_eq!((begun(&actions), actions.retire.len()), (vec![1], 0));
    state.running = 0;
    state.idle.push(Lease::new(Arc::clone(&workers[0])));
    let actions = state.next_actions();
    assert_eq!(actions.retire.len(), 1);
    assert!(state.idle.is_empty() && state.is_idle());
    assert!(matches!(
        state.prewarm(1, &mut Actions::default()),
        Some(Err(Failure::Shutdown))
    ));
}

#[test]
fn a_pool_that_is_shut_ends_what_waits() {
    let mut state = State::new(1);
    wait(&mut state, [1, 2]);
    state.phase = Phase::Shut;
    let actions = state.next_actions();
    assert_eq!((actions.fail.len(), actions.start), (2, 0));
    assert!(matches!(actions.fail[0].1, Failure::Shutdown));
    assert!(state.is_idle());
}

#[test]
fn who_has_gone_is_replaced_if_that_is_worth_it_and_gives_its_place_back() {
    let mut state = State::new(2);
    wait(&mut state, [1, 2]);
    assert_eq!(state.next_actions().start, 2);
    let workers = ready(&mut state, &[None, None]);
    let _running = state.next_actions();
    assert!(state.gone(&workers[0], &reaped(true, false)).is_none());
    assert_eq!((state.running, state.total, state.workers.len()), (1, 1, 1));
    assert_eq!(state.next_actions().start, 0);
    state.running = 0;
    state.idle.push(Lease::new(Arc::clone(&workers[1])));
    assert!(state.busy().is_empty());
    let lease = state.gone(&workers[1], &reaped(false, true));
    assert!(lease.is_some_and(|lease| lease.worker.is(&workers[1])));
    assert_eq!((state.running, state.total, state.idle.len()), (0, 0, 0));
    // For calls to come, once.
    assert_eq!(state.next_actions().start, 1);
    assert_eq!(state.next_actions().start, 0);
    let last = ready(&mut state, &[None]);
    state.phase = Phase::Closing;
    state.gone(&last[0], &reaped(false, true));
    assert_eq!(state.next_actions().start, 0);
}

#[test]
fn those_idle_for_long_are_swept_out_and_the_next_look_is_named() {
    let mut state = State::new(3);
    wait(&mut state, [1, 2, 3]);
    assert_eq!(state.next_actions().start, 3);
    state.queue.clear();
    assert!(!state.must_sweep(), "nobody is idle");
    let now = Instant::now() + Duration::from_secs(100);
    let ago = |seconds| Some(now.checked_sub(Duration::from_secs(seconds)).unwrap());
    let workers = ready(&mut state, &[ago(30), ago(20), ago(4)]);
    assert!(state.must_sweep() && !state.must_sweep());
    let (old, next) = state.sweep(Duration::from_secs(20), now);
    assert_eq!(old.len(), 2);
    assert!(old[0].worker.is(&workers[0]) && old[1].worker.is(&workers[1]));
    assert_eq!(next, Some(Duration::from_secs(16)));
    assert!(!state.must_sweep(), "somebody will look again");
    let (old, next) = state.sweep(Duration::from_secs(4), now);
    assert_eq!((old.len(), next), (1, None));
    state.idle.push(Lease::new(Arc::clone(&workers[0])));
    // One that was never idle before is as fresh as can be.
    assert!(state.must_sweep());
    assert_eq!(
        state.sweep(Duration::from_secs(1), now).1,
        Some(Duration::from_secs(1))
    );
}

#[test]
fn so_many_are_made_ready_before_calls_come_and_no_more() {
    let mut state = State::new(3);
    let mut actions = Actions::default();
    assert!(state.prewarm(2, &mut actions).is_none());
    assert_eq!(actions.start, 2);
    assert!(state.prewarm(2, &mut actions).is_none());
    assert_eq!(actions.start, 2, "these are on their way");
    let _workers = ready(&mut state, &[None, None]);
    assert!(matches!(state.prewarm(2, &mut actions), Some(Ok(()))));
    assert!(state.prewarm(100, &mut actions).is_none());
    assert_eq!((actions.start, state.total), (3, 3));
}

#[test]
fn who_watches_is_woken_by_each_change_and_by_rest() {
    struct Wakes(AtomicUsize);
    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let wakes = Arc::new(Wakes(AtomicUsize::new(0)));
    let told = Waker::from(Arc::clone(&wakes));
    let mut state = State::new(1);
    state.running = 1;
    state.watchers.insert(1, told.clone());
    assert!(state.take_idle_wakers().is_empty());
    assert_eq!(state.next_actions().wake.len(), 1);
    state.watchers.insert(1, told.clone());
    state.running = 0;
    assert_eq!(state.take_idle_wakers().len(), 1);
    assert_eq!((state.next_id(), state.next_id()), (1, 2));
}
