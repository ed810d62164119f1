//! The thread that stands by for the next call keeps no other user of the runtime's threads waiting, and no runtime from its end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use offload_tests::{current_thread, drive, in_time, multi_thread, one_slot, run_on};
use tokio::runtime::Builder;
use tokio_offload::{Error, Pool, run};

use super::kit::outcome;

/// L8: where one thread is all that a runtime has left, it rarely stands by. A call that comes after a closure shows that it does: it has
/// the thread first, for which the closure waits although nothing runs.
#[test]
fn closures_of_others_have_the_only_thread_in_their_turn() {
    in_time(|| {
        let runtime = one_slot();
        let _entered = runtime.enter();
        let view = Pool::shared("view");
        let call_is_first = |_: &_| {
            runtime.block_on(view.run(|| ()));
            while view.stats().threads > 0 {
                thread::yield_now();
            }
            let ran = Arc::new(AtomicBool::new(false));
            let notes = Arc::clone(&ran);
            let closure = runtime.spawn_blocking(move || notes.store(true, SeqCst));
            let first = runtime.block_on(view.run(move || !ran.load(SeqCst)));
            runtime.block_on(closure).unwrap();
            first
        };
        let rounds = (0..200).filter(call_is_first).count();
        // A thread stands by once in 65 times, after a few more at first.
        assert!(rounds <= 20, "{rounds} of 200");
    });
}

/// L9: for the first call a runtime starts one thread. The end of that thread shows that it has stood by.
#[test]
fn a_first_call_starts_one_thread() {
    in_time(|| {
        let (started, (stopped, stops)) = (Arc::<AtomicUsize>::default(), mpsc::channel());
        let starts = Arc::clone(&started);
        let mut builder = Builder::new_current_thread();
        builder
            .thread_keep_alive(Duration::from_millis(1))
            .on_thread_start(move || {
                starts.fetch_add(1, SeqCst);
            })
            .on_thread_stop(move || {
                let _ = stopped.send(());
            });
        let runtime = builder.build().unwrap();
        assert_eq!(runtime.block_on(run(|| 7)), 7);
        stops.recv().unwrap();
        // Waits for all of its threads.
        drop(runtime);
        assert_eq!(started.load(SeqCst), 1);
    });
}

/// S7, S9: a runtime ends while a thread of it stands by, and while a call is handed to that thread.
#[test]
fn a_runtime_ends_while_a_thread_stands_by() {
    in_time(|| {
        for round in 0..120 {
            let runtime = if round % 2 == 0 {
                current_thread()
            } else {
                multi_thread()
            };
            let handle = runtime.handle().clone();
            assert_eq!(drive(run_on(&handle, move || round)), round);
            let end = thread::spawn(move || match round % 3 {
                0 => drop(runtime),
                1 => runtime.shutdown_background(),
                _ => runtime.shutdown_timeout(Duration::from_secs(3600)),
            });
            let last = outcome(run_on(&handle, move || round));
            assert!(
                matches!(last, Ok(value) if value == round) || matches!(last, Err(Error::Shutdown)),
                "{last:?}"
            );
            end.join().unwrap();
        }
    });
}

/// A thread stands by in each of many runtimes, whose threads leave as soon as they may.
#[test]
fn a_thread_stands_by_in_each_of_many_runtimes() {
    in_time(|| {
        let short_lived = |_| {
            let mut builder = Builder::new_current_thread();
            let builder = builder.thread_keep_alive(Duration::from_millis(1));
            builder.build().unwrap()
        };
        let runtimes: Vec<_> = (0..100).map(short_lived).collect();
        for round in 0..5 {
            for runtime in &runtimes {
                assert_eq!(runtime.block_on(run(move || round)), round);
                let closure = runtime.spawn_blocking(move || round);
                assert_eq!(runtime.block_on(closure).unwrap(), round);
            }
        }
    });
}
