//! What the stream tests share: iterators that are watched from outside, and streams that are polled by hand.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::{self, Receiver, Sender},
    },
    task::{Context, Poll, Waker},
};

use futures::stream::{Stream, StreamExt as _};
use offload_tests::{Gate, Probe, drive, gate};
use tokio_offload::{Offload, Pool};

/// Polls once with a waker that does nothing.
pub(crate) fn peek<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    Pin::new(stream).poll_next(&mut Context::from_waker(Waker::noop()))
}

/// Waits for the next item, on this thread, which is in no runtime.
pub(crate) fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    drive(stream.next())
}

/// Polls and lets `pool` come to rest, until the stream has an item or has ended.
pub(crate) fn next_at_rest<S: Stream + Unpin>(stream: &mut S, pool: &Pool) -> Option<S::Item> {
    loop {
        let polled = peek(stream);
        drive(pool.idle());
        if let Poll::Ready(item) = polled {
            return item;
        }
    }
}

/// Polls once while nothing can run in `pool`, which has one thread, and then lets it come to rest.
pub(crate) fn peek_between<S: Stream + Unpin>(
    stream: &mut S,
    pool: &Pool,
) -> Poll<Option<S::Item>> {
    let (gate, key) = gate();
    let held = pool.run(move || gate.pass()).start();
    key.await_body();
    let polled = peek(stream);
    key.open();
    drive(held);
    drive(pool.idle());
    polled
}

/// The numbers from zero on, counted when they are made.
pub(crate) fn counted(upto: usize) -> (impl Iterator<Item = usize> + Send + use<>, Made) {
    let made = Made::default();
    let count = Arc::clone(&made.0);
    let numbers = (0..upto).inspect(move |_| {
        count.fetch_add(1, SeqCst);
    });
    (numbers, made)
}

/// How many items were made.
#[derive(Default)]
pub(crate) struct Made(Arc<AtomicUsize>);

impl Made {
    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// The numbers from zero on, told to the receiver when they are made.
pub(crate) fn told(upto: usize) -> (impl Iterator<Item = usize> + Send + use<>, Receiver<usize>) {
    let (tell, told) = mpsc::channel();
    let numbers = (0..upto).inspect(move |number| {
        let _ = tell.send(*number);
    });
    (numbers, told)
}

/// Ones without end; the item at `at` waits at a gate, and the probe tells when the iterator is dropped.
pub(crate) struct Gated {
    at: usize,
    made: Sender<usize>,
    gate: Gate,
    _probe: Probe,
    count: usize,
}

impl Gated {
    pub(crate) fn new(at: usize, gate: Gate, probe: Probe) -> (Self, Receiver<usize>) {
        let (made, told) = mpsc::channel();
        let gated = Self {
            at,
            made,
            gate,
            _probe: probe,
            count: 0,
        };
        (gated, told)
    }
}

impl Iterator for Gated {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.count == self.at {
            self.gate.pass();
        }
        self.count += 1;
        let _ = self.made.send(self.count);
        Some(1)
    }
}

/// A call that opens `items` in `pool`.
pub(crate) fn open<I>(pool: &Pool, items: I) -> Offload<I>
where
    I: Iterator + Send + 'static,
{
    pool.run(move || items)
}
