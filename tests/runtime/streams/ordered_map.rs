//! R10 to R12: an ordered map over many inputs is `stream::iter(inputs).map(f).buffered(n)`, of an offloaded `f`.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
};

use futures::{
    FutureExt as _, future,
    stream::{self, StreamExt as _, TryStreamExt as _},
};
use offload_tests::{Drops, current_thread, drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Pool, offload, run};

use super::kit::{next, peek, peek_between};

#[offload]
fn square(n: u64) -> u64 {
    n * n
}

#[offload]
fn joined(left: &str, right: &str) -> String {
    format!("{left}{right}")
}

#[offload]
fn halved(n: u32) -> Result<u32, String> {
    if n % 2 == 1 {
        return Err(format!("{n} is odd"));
    }
    Ok(n / 2)
}

#[offload]
fn below_three(n: u32) -> u32 {
    if n >= 3 {
        resume_unwind(Box::new("three"));
    }
    n
}

/// R10: none, one, many inputs, whatever the bound.
#[test]
fn an_ordered_map_equals_the_sequential_map() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            for (inputs, bound) in [(0, 1), (1, 1), (1, 8), (500, 1), (500, 3), (500, 1000)] {
                let mapped = stream::iter(0..inputs).map(square).buffered(bound);
                let mapped: Vec<_> = runtime.block_on(mapped.collect());
                assert_eq!(mapped, (0..inputs).map(|n| n * n).collect::<Vec<_>>());
            }
        }
    });
}

/// R10: several inputs end with the shortest; borrowed ones need not outlive their call.
#[test]
fn several_inputs_are_zipped() {
    in_time(|| {
        let left = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let right = ["1", "2"].map(str::to_owned);
        let pairs = stream::iter(left.into_iter().zip(right));
        let mapped = pairs.map(|(left, right)| joined(&left, &right)).buffered(2);
        let mapped: Vec<_> = current_thread().block_on(mapped.collect());
        assert_eq!(mapped, ["a1", "b2"]);
    });
}

/// R10: the order is that of the inputs, also when the last one is ready first.
#[test]
fn the_slow_first_comes_first() {
    in_time(|| {
        let pool = Pool::new("order").threads(2);
        let (gate, key) = gate();
        let mut gate = Some(gate);
        let calls = stream::iter(0..5).map(|n| {
            let gate = gate.take();
            pool.run(move || {
                gate.iter().for_each(offload_tests::Gate::pass);
                n
            })
        });
        let mut mapped = calls.buffered(5);
        assert!(peek(&mut mapped).is_pending());
        key.await_body();
        while pool.stats().done < 4 {
            std::thread::yield_now();
        }
        assert!(peek(&mut mapped).is_pending());
        key.open();
        for n in 0..5 {
            assert_eq!(next(&mut mapped), Some(n));
        }
        assert_eq!(next(&mut mapped), None);
    });
}

/// R11: with a pool at rest after every poll, as many inputs are taken and not consumed as the bound says, at most and at
/// times; more cannot be submitted.
#[test]
fn no_more_calls_run_than_buffered_allows() {
    in_time(|| {
        for bound in [1, 2, 5] {
            let pool = Pool::new("bound").threads(1);
            let taken = AtomicUsize::new(0);
            let inputs = (0..20).inspect(|_| {
                taken.fetch_add(1, SeqCst);
            });
            let mut mapped = stream::iter(inputs)
                .map(|n| pool.run(move || n))
                .buffered(bound);
            let (mut polls, mut consumed, mut most) = (0, 0, 0);
            loop {
                let polled = peek_between(&mut mapped, &pool);
                polls += 1;
                if let Poll::Ready(Some(_)) = polled {
                    consumed += 1;
                }
                let taken = taken.load(SeqCst);
                assert!(pool.stats().done - polls <= taken as u64);
                assert!(taken - consumed <= bound);
                most = most.max(taken - consumed);
                if let Poll::Ready(None) = polled {
                    break;
                }
            }
            assert_eq!((consumed, most), (20, bound));
        }
    });
}

/// R11: dropping it cancels what has not started; what runs goes on, and its result is dropped.
#[test]
fn dropping_the_stream_cancels_calls_that_have_not_started() {
    in_time(|| {
        let pool = Pool::new("drop").threads(1);
        let drops = Drops::default();
        let began = Arc::new(AtomicUsize::new(0));
        let (gate, key) = gate();
        let mut gate = Some(gate);
        let calls = stream::iter(0..10).map(|_| {
            let (gate, began, probe) = (gate.take(), Arc::clone(&began), drops.probe());
            pool.run(move || {
                began.fetch_add(1, SeqCst);
                gate.iter().for_each(offload_tests::Gate::pass);
                probe
            })
        });
        let mut mapped = calls.buffered(4);
        assert!(peek(&mut mapped).is_pending());
        key.await_body();
        drop(mapped);
        // The three that waited have gone, with what they had.
        assert_eq!(drops.count(), 3);
        key.open();
        drive(pool.close());
        assert_eq!((began.load(SeqCst), drops.count()), (1, 4));
        let stats = pool.stats();
        assert_eq!((stats.done, stats.cancelled), (1, 3));
    });
}

/// R12: an element that fails does so at its position; what comes before it is delivered, what comes after it too,
/// unless the consumer stops there.
#[test]
fn a_failure_comes_at_its_position() {
    in_time(|| {
        let runtime = multi_thread();
        for bound in [1, 2, 10] {
            let map = || stream::iter([0, 2, 5, 6]).map(halved).buffered(bound);
            let all: Vec<_> = runtime.block_on(map().collect());
            assert_eq!(all, [Ok(0), Ok(1), Err("5 is odd".to_owned()), Ok(3)]);
            let mut kept = Vec::new();
            let stopped = map().try_for_each(|n| {
                kept.push(n);
                future::ready(Ok(()))
            });
            assert_eq!(runtime.block_on(stopped).unwrap_err(), "5 is odd");
            assert_eq!(kept, [0, 1]);
        }
    });
}

/// R12: a panic comes at its position as a value, by `outcome`.
#[test]
fn a_panic_comes_at_its_position_by_outcome() {
    in_time(|| {
        let runtime = multi_thread();
        for bound in [1, 2, 10] {
            let calls = stream::iter(0..5).map(|n| below_three(n).outcome());
            let all: Vec<_> = runtime.block_on(calls.buffered(bound).collect());
            let kinds = all.iter().map(|end| matches!(end, Err(Error::Panicked(_))));
            assert_eq!(kinds.collect::<Vec<_>>(), [false, false, false, true, true]);
        }
    });
}

/// R12: one at a time, the panic itself comes after the elements before it. (Several at a time, `buffered` polls later
/// elements before earlier ones are done, and what panics first is first.)
#[test]
fn a_panic_itself_comes_in_its_turn() {
    in_time(|| {
        current_thread().block_on(async {
            let mut mapped = stream::iter(0..5).map(below_three).buffered(1);
            for n in 0..3 {
                assert_eq!(mapped.next().await, Some(n));
            }
            let broken = AssertUnwindSafe(mapped.next()).catch_unwind().await;
            let payload = broken.unwrap_err();
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"three"));
        });
    });
}

/// R10, R13: a stream can feed a map, each with its own bound.
#[test]
fn a_stream_feeds_a_map() {
    in_time(|| {
        let lines = run(|| (0..100).map(|n: u32| u64::from(n))).stream(3);
        let mapped: Vec<_> = multi_thread().block_on(lines.map(square).buffered(4).collect());
        assert_eq!(mapped, (0..100).map(|n| n * n).collect::<Vec<u64>>());
    });
}
