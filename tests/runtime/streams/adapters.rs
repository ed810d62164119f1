//! Streams beside other people's adapters, and what the type itself promises.

use std::{
    cell::Cell,
    fmt::Debug,
    panic::{AssertUnwindSafe, UnwindSafe},
    time::Duration,
};

use futures::{
    FutureExt as _, future,
    stream::{self, BoxStream, FusedStream, Stream, StreamExt as _, TryStreamExt as _},
};
use offload_tests::{current_thread, in_time, multi_thread};
use tokio_offload::{Offload, run};
use tokio_stream as ts;

fn numbers(upto: u32) -> Offload<std::ops::Range<u32>> {
    run(move || 0..upto)
}

/// R13: the adapters of `futures`.
#[test]
fn adapters_of_futures() {
    in_time(|| {
        current_thread().block_on(async {
            let even = numbers(10).stream(3).filter(|n| future::ready(n % 2 == 0));
            assert_eq!(even.collect::<Vec<_>>().await, [0, 2, 4, 6, 8]);
            let pairs = numbers(3).stream(1).zip(numbers(9).stream(4));
            assert_eq!(pairs.collect::<Vec<_>>().await, [(0, 0), (1, 1), (2, 2)]);
            let chunks: Vec<_> = numbers(5).stream(2).chunks(2).collect().await;
            assert_eq!(chunks, [vec![0, 1], vec![2, 3], vec![4]]);
            let mut merged: Vec<_> = stream::select(numbers(3).stream(1), numbers(3).stream(2))
                .collect()
                .await;
            merged.sort_unstable();
            assert_eq!(merged, [0, 0, 1, 1, 2, 2]);
            let mut fused = numbers(1).stream(1).fuse();
            assert_eq!(fused.next().await, Some(0));
            assert_eq!(fused.next().await, None);
            assert!(fused.is_terminated());
        });
    });
}

/// R13: the stream knows that it has ended once it has said so, and not before: who waits for its `None` gets it.
#[test]
fn it_is_terminated_after_its_end_was_told() {
    in_time(|| {
        current_thread().block_on(async {
            let mut items = numbers(2).stream(4);
            assert_eq!(items.select_next_some().await, 0);
            assert_eq!(items.select_next_some().await, 1);
            assert!(!items.is_terminated());
            assert_eq!(items.next().await, None);
            assert!(items.is_terminated());

            let mut broken =
                run(|| std::iter::from_fn(|| -> Option<u8> { panic!("planned") })).stream(1);
            let resumed = AssertUnwindSafe(broken.next()).catch_unwind().await;
            assert!(resumed.is_err() && broken.is_terminated());
            assert_eq!(broken.next().await, None);
        });
    });
}

/// R13: the adapters of `tokio_stream`, its clock among them.
#[test]
fn adapters_of_tokio_stream() {
    in_time(|| {
        current_thread().block_on(async {
            let taken = ts::StreamExt::take(numbers(100).stream(4), 3);
            assert_eq!(ts::StreamExt::collect::<Vec<_>>(taken).await, [0, 1, 2]);
            let both = ts::StreamExt::chain(numbers(2).stream(2), ts::once(7));
            assert_eq!(ts::StreamExt::collect::<Vec<_>>(both).await, [0, 1, 7]);
            let mut peeked = ts::StreamExt::peekable(numbers(2).stream(1));
            assert_eq!(peeked.peek().await, Some(&0));
            let late = tokio::time::timeout(Duration::MAX, peeked.next());
            assert_eq!(late.await, Ok(Some(0)));
        });
    });
}

/// R8: an `Err` is an item like any other; adapters stop at it where they are told to.
#[test]
fn errors_are_items() {
    in_time(|| {
        current_thread().block_on(async {
            let lines = || run(|| ["1", "2", "x", "4"].into_iter().map(str::parse::<u8>));
            let all: Vec<_> = lines().stream(2).collect().await;
            assert_eq!(all.iter().filter(|item| item.is_ok()).count(), 3);
            let mut kept = Vec::new();
            let failed = lines().stream(2).try_for_each(|n| {
                kept.push(n);
                future::ready(Ok(()))
            });
            assert!(failed.await.is_err());
            assert_eq!(kept, [1, 2]);
        });
    });
}

/// R1: items that are `Send` but not `Sync`, and iterators likewise.
#[test]
fn items_need_not_be_sync() {
    in_time(|| {
        let runtime = multi_thread();
        let cells = run(|| {
            let count = Cell::new(0);
            std::iter::from_fn(move || {
                count.set(count.get() + 1);
                Some(Cell::new(count.get()))
            })
        });
        let task = runtime.spawn(async {
            let mut cells = cells.stream(2);
            let first = cells.next().await.map(Cell::into_inner);
            (first, cells.next().await.map(Cell::into_inner))
        });
        assert_eq!(runtime.block_on(task).unwrap(), (Some(1), Some(2)));
    });
}

/// An opened trait object: what holds one stream can hold any.
#[test]
fn a_stream_can_be_boxed() {
    in_time(|| {
        let boxed: Vec<BoxStream<'static, u32>> = vec![
            numbers(2).stream(1).boxed(),
            run(|| Box::new(5..7_u32) as Box<dyn Iterator<Item = u32> + Send>)
                .stream(2)
                .boxed(),
        ];
        let all = current_thread().block_on(stream::iter(boxed).flatten().collect::<Vec<_>>());
        assert_eq!(all, [0, 1, 5, 6]);
    });
}

/// It is `Send`, `Unpin` and `UnwindSafe` whatever the iterator is; its `Debug` says which function it belongs to.
#[test]
fn a_stream_can_be_moved_between_threads() {
    fn check<S: Stream + Send + Unpin + UnwindSafe + Debug + 'static>(stream: S) -> (S, String) {
        let text = format!("{stream:?}");
        (stream, text)
    }
    let pinned = run(|| {
        let one = (Cell::new(1), std::marker::PhantomPinned);
        std::iter::repeat_with(move || one.clone().0)
    });
    let (stream, text) = check(pinned.stream(3));
    assert!(
        text.starts_with("ReadAhead") && text.contains("run"),
        "{text}"
    );
    assert!(text.contains("ahead: 3"), "{text}");
    drop(stream);
}

/// A poll that had no result leaves the stream whole: it can go to another task, as in `select!`.
#[test]
fn next_is_cancel_safe() {
    in_time(|| {
        let runtime = multi_thread();
        runtime.block_on(async {
            let mut stream = numbers(1000).stream(4);
            let mut found = Vec::new();
            while found.len() < 500 {
                tokio::select! {
                    biased;
                    item = stream.next() => found.extend(item),
                    () = tokio::task::yield_now() => {}
                }
            }
            let rest = tokio::spawn(stream.collect::<Vec<_>>());
            found.extend(rest.await.unwrap());
            assert_eq!(found, (0..1000).collect::<Vec<_>>());
        });
    });
}
