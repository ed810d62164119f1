//! R13: how streams end: after the last item, by a panic after the items before it, with their runtime or pool.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc,
    task::Poll,
};

use futures::{
    FutureExt as _,
    stream::{Stream, StreamExt as _},
};
use offload_tests::{current_thread, drive, gate, in_time, multi_thread};
use tokio_offload::{Inline, Offload, Pool, is_cancelled, run, run_on};

use super::kit::{next, next_at_rest, open, peek};

/// What the next poll panics with.
fn panic_of<S: Stream<Item: std::fmt::Debug> + Unpin>(stream: &mut S) -> String {
    let polled = catch_unwind(AssertUnwindSafe(|| next(stream)));
    text(&*polled.expect_err("this poll panics"))
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

/// R10, R13: no items, no ado.
#[test]
fn an_empty_iterator_ends_at_once() {
    in_time(|| {
        let runtime = current_thread();
        for ahead in [1, 2, 100] {
            let items = run(std::iter::empty::<u8>)
                .stream(ahead)
                .collect::<Vec<_>>();
            assert!(runtime.block_on(items).is_empty());
        }
    });
}

/// P1: of an iterator that panics, and once more as it is dropped, the first panic is told.
#[test]
fn the_first_of_two_panics_is_reported() {
    struct Bad;
    impl Iterator for Bad {
        type Item = u8;

        fn next(&mut self) -> Option<u8> {
            panic!("the first");
        }
    }
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("the second");
        }
    }
    in_time(|| {
        let pool = Pool::new("bad").threads(1);
        let mut stream = pool.run(|| Bad).stream(1);
        assert_eq!(panic_of(&mut stream), "the first");
        assert_eq!(drive(pool.run(|| 1)), 1);
    });
}

/// R13: `None` stays, also when the iterator itself would begin again.
#[test]
fn an_ended_stream_stays_ended() {
    in_time(|| {
        let mut calls = 0;
        let moody = std::iter::from_fn(move || {
            calls += 1;
            (calls != 3).then_some(calls)
        });
        for ahead in [1, 2, 3, 10] {
            let pool = Pool::new("ended").threads(1);
            let mut stream = open(&pool, moody.clone()).stream(ahead);
            let mut all = || next(&mut stream);
            assert_eq!([all(), all()], [Some(1), Some(2)]);
            assert_eq!([all(), all(), all()], [None; 3]);
        }
    });
}

/// R12, R13: the items before a panic come first, then its very payload, then the end.
#[test]
fn a_panic_comes_after_the_items_before_it() {
    in_time(|| {
        for ahead in [1, 2, 3, 4, 10] {
            let pool = Pool::new("panic").threads(1);
            let items = (0..5).inspect(|item| {
                if *item == 3 {
                    resume_unwind(Box::new("at three"));
                }
            });
            let mut stream = open(&pool, items).stream(ahead);
            for item in 0..3 {
                assert_eq!(next_at_rest(&mut stream, &pool), Some(item));
            }
            assert_eq!(panic_of(&mut stream), "at three");
            assert_eq!([next(&mut stream), next(&mut stream)], [None; 2]);
            assert_eq!(drive(pool.run(|| 1)), 1);
        }
    });
}

/// P1, R13: a function that panics gave no iterator: its panic is all there is.
#[test]
fn a_panic_of_the_function_is_the_first_item() {
    in_time(|| {
        let runtime = current_thread();
        runtime.block_on(async {
            let call = run(|| -> std::ops::Range<u8> { resume_unwind(Box::new("closed")) });
            let mut stream = call.stream(4);
            let first = AssertUnwindSafe(stream.next()).catch_unwind().await;
            assert_eq!(text(&*first.unwrap_err()), "closed");
            assert_eq!(stream.next().await, None);
        });
    });
}

/// L6: there is no stream without room.
#[test]
fn a_buffer_of_no_items_is_refused() {
    let stream = catch_unwind(|| run(|| 0..3).stream(0));
    let payload = stream.err().unwrap();
    assert_eq!(
        text(&*payload),
        "a stream needs room for one item: `stream(1)`"
    );
}

/// P6: where there is no runtime, the first poll says so.
#[test]
fn without_a_runtime_a_stream_panics_with_the_reason() {
    let mut stream = run(|| 0..3).stream(1);
    let told = panic_of(&mut stream);
    assert!(
        told.starts_with("no tokio runtime on this thread"),
        "{told}"
    );
    assert_eq!(next(&mut stream), None);
}

/// S7, S8: the runtime goes while the stream rests: what was made still comes, then the reason.
#[test]
fn what_was_made_outlives_the_runtime() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let mut stream = run(|| 0..100).stream(3);
            let first = runtime.block_on(stream.next());
            assert_eq!(first, Some(0));
            runtime.shutdown_background();
            let mut last = 0;
            let told = loop {
                match catch_unwind(AssertUnwindSafe(|| next(&mut stream))) {
                    Ok(item) => last = assert_follows(last, item),
                    Err(payload) => break text(&*payload),
                }
            };
            assert!(last < 4);
            let known = ["no tokio runtime", "the runtime or pool of"];
            assert!(known.iter().any(|words| told.starts_with(words)), "{told}");
            assert_eq!(next(&mut stream), None);
        }
    });
}

fn assert_follows(last: i32, item: Option<i32>) -> i32 {
    assert_eq!(item, Some(last + 1));
    last + 1
}

/// S7: the runtime goes while an item is made: the iterator hears of it, that item is the last, and then comes the reason.
#[test]
fn a_running_body_is_cancelled_by_the_shutdown() {
    in_time(|| {
        let runtime = multi_thread();
        let (gate, key) = gate();
        let (tell, told) = mpsc::channel();
        let items = std::iter::repeat_with(move || {
            gate.pass();
            while !is_cancelled() {
                std::thread::yield_now();
            }
            tell.send(()).unwrap();
        });
        let mut stream = run(move || items).stream(1000);
        {
            let _in_runtime = runtime.enter();
            while !key.body_came() {
                assert!(peek(&mut stream).is_pending());
                std::thread::yield_now();
            }
        }
        runtime.shutdown_background();
        key.open();
        assert_eq!(next(&mut stream), Some(()));
        let reason = panic_of(&mut stream);
        let known = ["no tokio runtime", "the runtime or pool of"];
        assert!(
            known.iter().any(|words| reason.starts_with(words)),
            "{reason}"
        );
        drop(stream);
        assert_eq!(told.iter().count(), 1);
    });
}

/// S3: a pool that is shut down ends its streams by the reason.
#[test]
fn a_pool_that_is_shut_down_ends_its_streams() {
    in_time(|| {
        let pool = Pool::new("shut").threads(1);
        let mut stream = open(&pool, 0..100).stream(2);
        assert_eq!(next_at_rest(&mut stream, &pool), Some(0));
        pool.shutdown();
        drive(pool.idle());
        let told = loop {
            match catch_unwind(AssertUnwindSafe(|| next(&mut stream))) {
                Ok(item) => assert!(item.is_some()),
                Err(payload) => break text(&*payload),
            }
        };
        assert!(told.starts_with("the runtime or pool of"), "{told}");
        assert!(matches!(peek(&mut stream), Poll::Ready(None)));
    });
}

/// A call that has ended already can be streamed: for test doubles.
#[test]
fn a_call_that_has_ended_can_be_streamed() {
    in_time(|| {
        let items = current_thread().block_on(Offload::ready(1..=3).stream(2).collect::<Vec<_>>());
        assert_eq!(items, [1, 2, 3]);
    });
}

/// A loop over streams that end at once lets the task's other branches run.
#[test]
fn an_end_counts_against_the_budget_of_the_task() {
    in_time(|| {
        current_thread().block_on(async {
            let many = async {
                for _ in 0..1000 {
                    let mut none = run_on(&Inline, std::iter::empty::<u8>).stream(1);
                    assert_eq!(none.next().await, None);
                }
            };
            assert!(many.now_or_never().is_none());
        });
    });
}
