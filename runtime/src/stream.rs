//! `ReadAhead`: the items of an offloaded iterator as a stream, a bounded number of them made ahead.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use crate::{
    body,
    error::{Error, Panic},
    executor::On,
    offload::Offload,
    site::Site,
};

impl<I> Offload<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    /// The items of the returned iterator as a [`Stream`], at most `ahead` of them made and not yet consumed.
    ///
    /// Nothing runs before the first poll. The function, and then the iterator in batches, run in the function's pool (those
    /// of a call that was started before in the default one); between batches no thread is held. While items are consumed the next ones are made. Dropping the stream stops
    /// it: no further batch starts, and one that runs ends after the item it is at.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use tokio_offload::offload;
    /// use tokio_stream::StreamExt;
    ///
    /// #[offload]
    /// fn squares(below: u32) -> impl Iterator<Item = u32> {
    ///     (0..below).map(|n| n * n)
    /// }
    ///
    /// let found: Vec<u32> = squares(4).stream(2).collect().await;
    /// assert_eq!(found, [0, 1, 4, 9]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When `ahead` is zero. The stream continues a panic of the iterator after the items before it, and panics like
    /// `.await` when a call can have no result; after that it has ended.
    pub fn stream(self, ahead: usize) -> ReadAhead<I> {
        assert!(ahead > 0, "a stream needs room for one item: `stream(1)`");
        ReadAhead {
            site: self.site(),
            on: On::Default,
            ahead,
            made: VecDeque::new(),
            source: Source::Opening(self),
        }
    }
}

/// The stream of [`Offload::stream`].
#[must_use = "a stream does nothing until it is polled"]
pub struct ReadAhead<I: Iterator> {
    site: &'static Site,
    on: On,
    ahead: usize,
    made: VecDeque<I::Item>,
    source: Source<I>,
}

/// Where further items come from.
enum Source<I: Iterator> {
    Opening(Offload<I>),
    Resting(I),
    Making(Offload<Batch<I>>),
    Failed(Error),
    Ended,
}

/// Some items, and what is left after them.
struct Batch<I: Iterator> {
    items: Vec<I::Item>,
    rest: Source<I>,
}

impl<I> ReadAhead<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    /// Takes what has been made, and has more made when half of the room is free.
    fn advance(&mut self, cx: &mut Context<'_>) {
        loop {
            self.source = match std::mem::replace(&mut self.source, Source::Ended) {
                Source::Opening(call) => {
                    if let Some(on) = call.begin() {
                        self.on = on.clone();
                        call.submit(on);
                    }
                    match call.poll_outcome(cx) {
                        Poll::Ready(opened) => opened.map_or_else(Source::Failed, Source::Resting),
                        Poll::Pending => return self.source = Source::Opening(call),
                    }
                }
                Source::Making(call) => match call.poll_outcome(cx) {
                    Poll::Ready(Ok(batch)) => {
                        self.made.extend(batch.items);
                        batch.rest
                    }
                    Poll::Ready(Err(error)) => Source::Failed(error),
                    Poll::Pending => return self.source = Source::Making(call),
                },
                Source::Resting(items) if self.made.len() <= self.ahead / 2 => {
                    Source::Making(self.make(items))
                }
                source => return self.source = source,
            };
        }
    }

    fn make(&self, items: I) -> Offload<Batch<I>> {
        let room = self.ahead - self.made.len();
        Offload::new(self.site, self.on.clone(), move || Batch::make(items, room))
    }
}

impl<I: Iterator> Batch<I> {
    fn make(mut from: I, room: usize) -> Self {
        let mut items = Vec::with_capacity(room);
        while items.len() < room && !body::cancelled() {
            match catch_unwind(AssertUnwindSafe(|| from.next())) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    let rest = Source::Ended;
                    return Self { items, rest };
                }
                Err(payload) => {
                    let rest = Source::Failed(Error::Panicked(Panic::new(payload)));
                    return Self { items, rest };
                }
            }
        }
        let rest = Source::Resting(from);
        Self { items, rest }
    }
}

impl<I> Stream for ReadAhead<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I::Item>> {
        self.advance(cx);
        if let Some(item) = self.made.pop_front() {
            return Poll::Ready(Some(item));
        }
        match std::mem::replace(&mut self.source, Source::Ended) {
            Source::Ended => Poll::Ready(None),
            Source::Failed(error) => error.raise(self.site),
            waiting => {
                self.source = waiting;
                Poll::Pending
            }
        }
    }
}

// The iterator is only ever moved, never pinned.
impl<I: Iterator> Unpin for ReadAhead<I> {}

impl<I: Iterator> fmt::Debug for ReadAhead<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadAhead")
            .field("site", &format_args!("{}", self.site))
            .field("ahead", &self.ahead)
            .field("made", &self.made.len())
            .finish_non_exhaustive()
    }
}
