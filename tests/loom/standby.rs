//! The standby thread of a lane: no runner that was handed to it is lost, and it leaves when its time is over or the lane is closed.

use std::{sync::Arc, time::Duration};

use loom::thread;

use crate::{
    check,
    scheduler::{spawner::Spawner, standby::Standby, standby_time::StandbyTime},
};

const FOR_EVER: Duration = Duration::MAX;
const AT_ONCE: Duration = Duration::ZERO;

/// Stands by on a thread of its own.
fn stand_by(standby: &Arc<Standby>, time: Duration) -> thread::JoinHandle<Option<u64>> {
    let standby = Arc::clone(standby);
    thread::spawn(move || wait(&standby, time))
}

fn wait(standby: &Standby, time: Duration) -> Option<u64> {
    standby.wait(&mut StandbyTime::new(&Spawner::default(), time))
}

/// S9: a runner is handed over while the time of the thread ends: it is that runner, or whoever requested it knows that it is not.
#[test]
fn a_runner_meets_the_end_of_the_wait() {
    check(None, || {
        let standby = Arc::<Standby>::default();
        let thread = stand_by(&standby, AT_ONCE);
        let handed = standby.wake(7);
        assert_eq!(thread.join().unwrap(), handed.then_some(7));
    });
}

/// The thread wakes up for a runner, and leaves when the lane is closed.
#[test]
fn a_runner_meets_the_close() {
    check(None, || {
        let standby = Arc::<Standby>::default();
        let thread = stand_by(&standby, FOR_EVER);
        let handed = standby.wake(7);
        standby.close();
        assert_eq!(thread.join().unwrap(), handed.then_some(7));
        assert_eq!(wait(&standby, FOR_EVER), None);
        assert!(!standby.wake(8));
    });
}

/// Two runners for one thread: it is one of them.
#[test]
fn two_runners_meet_one_thread() {
    check(None, || {
        let standby = Arc::<Standby>::default();
        let thread = stand_by(&standby, AT_ONCE);
        let other = Arc::clone(&standby);
        let second = thread::spawn(move || other.wake(8));
        let first = standby.wake(7);
        let second = second.join().unwrap();
        assert!(!(first && second));
        let handed = first.then_some(7).or(second.then_some(8));
        assert_eq!(thread.join().unwrap(), handed);
    });
}

/// Only one thread stands by.
#[test]
fn two_threads_would_stand_by() {
    check(Some(3), || {
        let standby = Arc::<Standby>::default();
        let threads = [FOR_EVER; 2].map(|time| stand_by(&standby, time));
        let handed = standby.wake(7);
        standby.close();
        let runners = threads.map(|thread| thread.join().unwrap());
        let woken = runners.into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(woken, handed.then_some(7).into_iter().collect::<Vec<_>>());
    });
}

/// After each wait in vain twice as many threads leave at once; a runner that was handed over ends that.
#[test]
fn threads_that_wait_in_vain_leave() {
    check(None, || {
        let standby = Arc::<Standby>::default();
        let stands_by = || {
            crate::sync::when_parking(|| PARKED.set(true));
            PARKED.set(false);
            assert_eq!(wait(&standby, AT_ONCE), None);
            PARKED.get()
        };
        assert!(stands_by() && stands_by());
        for leave in [1, 2, 4, 8, 16, 32, 64, 64] {
            assert!((0..leave).all(|_| !stands_by()), "of {leave}");
            assert!(stands_by(), "after {leave}");
        }
    });
}

std::thread_local! {
    static PARKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}
