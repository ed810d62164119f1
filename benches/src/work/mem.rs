//! The memory of calls. Only for programs that count allocations.

use std::{
    hint::black_box,
    pin::Pin,
    sync::{Arc, Barrier, mpsc},
};

use crate::{
    gauge::count,
    heap,
    sample::{Metric, Sample},
    ways::Way,
    work::{bed, seq},
};

/// Heap bytes, the size of the future included, and allocations for each call that waits for a thread.
///
/// The body owns 16 bytes. `threads` bodies are made to take all threads of the way first.
pub(crate) fn queued<W: Way>(threads: usize, calls: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = W::build(threads);
        let blockers = Blockers::start(&way, threads).await;
        let mut waiting = Vec::with_capacity(calls);
        let before = heap::read();
        for n in 0..calls {
            let owned = [n, n];
            // In a box, so that the bytes of the future are counted with the heap's.
            waiting.push(Box::pin(way.submit(move || {
                black_box(owned);
            })));
        }
        let after = heap::read();
        blockers.release();
        for call in waiting {
            call.await;
        }
        let bytes = count(after.live) - count(before.live);
        let boxes = calls;
        let allocations = count(after.allocations) - count(before.allocations) - count(boxes);
        Sample::default()
            .with(Metric::Bytes, bytes / count(calls))
            .with(Metric::Allocs, allocations / count(calls))
    })
}

/// Heap bytes that remain of calls that are dropped one by one behind bodies that never end, as with callers that have a time limit.
///
/// The body owns 16 bytes.
pub(crate) fn abandoned<W: Way>(threads: usize, calls: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = W::build(threads);
        let blockers = Blockers::start(&way, threads).await;
        let before = heap::read();
        for n in 0..calls {
            let owned = [n, n];
            drop(way.submit(move || {
                black_box(owned);
            }));
        }
        let after = heap::read();
        blockers.release();
        let kept = count(after.live) - count(before.live);
        Sample::default().with(Metric::Kept, kept)
    })
}

/// Allocations and bytes for each call when every call has to send for a thread.
pub(crate) fn allocations<W: Way>(threads: usize, calls: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = W::build(threads);
        seq::calls(&way, 100).await;
        let before = heap::read();
        seq::calls(&way, calls).await;
        let after = heap::read();
        let allocations = after.allocations - before.allocations;
        let bytes = after.allocated - before.allocated;
        Sample::default()
            .with(Metric::Allocs, count(allocations) / count(calls))
            .with(Metric::Bytes, count(bytes) / count(calls))
    })
}

/// Bodies that hold their threads until they are released.
pub(crate) struct Blockers {
    release: Arc<Barrier>,
    done: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Blockers {
    /// Takes `threads` threads, and returns when they are taken.
    pub(crate) async fn start<W: Way>(way: &W, threads: usize) -> Self {
        // Some ways are set up by their first call.
        way.call(|| ()).await;
        let release = Arc::new(Barrier::new(threads + 1));
        let (started, all) = mpsc::channel();
        let mut done = Vec::new();
        for _ in 0..threads {
            let (release, started) = (Arc::clone(&release), started.clone());
            let call = way.submit(move || {
                let _ = started.send(());
                release.wait();
            });
            done.push(Box::pin(call) as _);
        }
        for _ in 0..threads {
            // Blocks an async worker for a moment, before anything is measured.
            let _ = all.recv();
        }
        Self { release, done }
    }

    /// Lets the bodies end.
    pub(crate) fn release(self) {
        self.release.wait();
        drop(self.done);
    }
}
