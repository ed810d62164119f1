//! R13, L9: where items are made: in the function's pool, on no thread between batches.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    task::Poll,
    thread,
};

use futures::stream::StreamExt as _;
use offload_tests::{current_thread, drive, in_time, multi_thread};
use tokio_offload::{Owner, Pool, Rayon, offload};

use super::kit::{next, next_at_rest, open, peek};

static LINES: Pool = Pool::new("lines").threads(1);

/// The names of the threads that make the items.
fn threads() -> impl Iterator<Item = String> + Send {
    std::iter::repeat_with(|| thread::current().name().unwrap_or_default().to_owned())
}

#[offload(pool = LINES)]
fn in_lines(count: usize) -> impl Iterator<Item = String> + Send {
    let here = thread::current().name().unwrap_or_default().to_owned();
    std::iter::once(here).chain(threads()).take(count)
}

#[offload]
fn by_default(count: usize) -> impl Iterator<Item = thread::ThreadId> + Send {
    std::iter::repeat_with(|| thread::current().id()).take(count)
}

#[offload(pool = Rayon)]
fn in_rayon() -> std::ops::Range<u32> {
    0..5
}

#[offload]
fn words(text: &str) -> impl Iterator<Item = String> + use<> {
    let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
    words.into_iter()
}

/// R13: function and iterator run in the pool that the attribute names; no runtime is needed for that.
#[test]
fn in_the_pool_of_the_function() {
    in_time(|| {
        for ahead in [1, 3] {
            let mut stream = in_lines(10).stream(ahead);
            for _ in 0..10 {
                assert_eq!(next(&mut stream).as_deref(), Some("lines-0"));
            }
            assert_eq!(next(&mut stream), None);
        }
    });
}

/// R2: without a pool, on blocking threads of the runtime and not on its workers.
#[test]
fn off_the_workers_by_default() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let here = thread::current().id();
            let threads: Vec<_> = runtime.block_on(by_default(20).stream(4).collect());
            assert_eq!(threads.len(), 20);
            assert!(!threads.contains(&here));
        }
    });
}

/// Other executors carry streams like any call.
#[test]
fn in_any_executor() {
    in_time(|| {
        let items: Vec<_> = drive(in_rayon().stream(2).collect());
        assert_eq!(items, [0, 1, 2, 3, 4]);
        let shared = Pool::shared("view").threads(1);
        let items: Vec<_> = current_thread().block_on(open(&shared, 0..5).stream(2).collect());
        assert_eq!(items, [0, 1, 2, 3, 4]);
    });
}

/// X10: an iterator that an owner gives runs on the owner's thread, between its other calls.
#[test]
fn on_the_thread_of_an_owner() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| Rc::new(5)));
        let home = drive(owner.run(|_| thread::current().id()));
        let rows = owner.run(|count| {
            let ids = std::iter::repeat_with(|| thread::current().id());
            ids.take(**count)
        });
        let mut stream = rows.stream(1);
        for _ in 0..5 {
            assert_eq!(next(&mut stream), Some(home));
            assert_eq!(drive(owner.run(|count| **count)), 5);
        }
        assert_eq!(next(&mut stream), None);
    });
}

/// R13: a call that was started before goes on as a stream: its function runs once, in its pool.
#[test]
fn a_started_call_streams_on() {
    in_time(|| {
        let pool = Pool::new("started").threads(1);
        let calls = Arc::new(AtomicUsize::new(0));
        let (opened, opening) = mpsc::channel();
        let call = {
            let calls = Arc::clone(&calls);
            pool.run(move || {
                calls.fetch_add(1, SeqCst);
                opened
                    .send(thread::current().name().map(str::to_owned))
                    .unwrap();
                0..5
            })
        };
        let call = call.start();
        assert_eq!(opening.recv().unwrap().as_deref(), Some("started-0"));
        let items: Vec<_> = current_thread().block_on(call.stream(2).collect());
        assert_eq!((items, calls.load(SeqCst)), (vec![0, 1, 2, 3, 4], 1));
    });
}

/// R13, L8: no thread is held between batches: a pool of one thread serves other calls before, between and after them.
#[test]
fn no_thread_is_held_between_batches() {
    in_time(|| {
        for ahead in [1, 2, 5] {
            let pool = Pool::new("single").threads(1);
            let mut stream = open(&pool, 0..20).stream(ahead);
            for item in 0..20 {
                assert_eq!(next_at_rest(&mut stream, &pool), Some(item));
                assert_eq!(pool.stats().running, 0);
                assert_eq!(drive(pool.run(move || item)), item);
            }
        }
    });
}

/// F3: streams without end and other calls take turns in a pool of one thread.
#[test]
fn streams_take_turns() {
    in_time(|| {
        let pool = Pool::new("turns").threads(1);
        let mut streams: Vec<_> = (0..3).map(|_| open(&pool, 0..).stream(2)).collect();
        for item in 0..200 {
            for stream in &mut streams {
                assert_eq!(next(stream), Some(item));
            }
            assert_eq!(drive(pool.run(|| 1)), 1);
        }
    });
}

/// A pool that is full: the stream waits in the queue like everybody.
#[test]
fn a_stream_waits_in_line() {
    in_time(|| {
        let pool = Pool::new("full").threads(1);
        let (gate, key) = offload_tests::gate();
        let first = pool.run(move || gate.pass()).start();
        key.await_body();
        let mut stream = open(&pool, 0..1).stream(1);
        assert!(peek(&mut stream).is_pending());
        assert_eq!(pool.stats().queued, 1);
        key.open();
        drive(first);
        assert_eq!(next(&mut stream), Some(0));
        assert!(matches!(
            peek(&mut stream),
            Poll::Pending | Poll::Ready(None)
        ));
    });
}

/// R4: borrowed arguments are copied, so the stream is `'static`.
#[test]
fn borrowed_arguments_come_along() {
    in_time(|| {
        let runtime = multi_thread();
        let task = {
            let text = String::from("one two three");
            runtime.spawn(words(&text).stream(2).collect::<Vec<_>>())
        };
        assert_eq!(runtime.block_on(task).unwrap(), ["one", "two", "three"]);
    });
}
