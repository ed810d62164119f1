//! `ReadAhead`: the items of an offloaded iterator as a stream, a bounded number of them made ahead.

use std::{
    collections::VecDeque,
    fmt, mem,
    panic::{RefUnwindSafe, UnwindSafe},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};
use tokio::task::coop;

use super::{
    Offload,
    batch::{HasMore, Made, make},
    place::{self, On},
    raise,
};
use crate::{call::site::Site, error::Error, sync::Mutex, unwind::drop_quietly};

/// What a stream can be made of: an iterator that is `Send`, as its items are.
#[diagnostic::on_unimplemented(
    message = "the function does not return an iterator that can go from thread to thread: `{Self}`",
    label = "returns `{Self}`",
    note = "if the iterator is inside of this, await it first: `let items = call.await?;` and `run(move || items).stream(64)`"
)]
pub trait Items: Iterator<Item: Send + 'static> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<I: Iterator<Item: Send + 'static> + Send + 'static> Items for I {}

impl<R> Offload<R> {
    /// The items of the returned iterator as a [`Stream`]. At most `ahead` items are produced before they are consumed.
    ///
    /// Nothing runs before the first poll. The function, and then the iterator in batches, run in the function's pool (batches
    /// of a call that was started before run in the default pool). Between batches no thread is occupied. An item is available
    /// as soon as it is produced, and the next ones are produced meanwhile. After the stream is dropped no further batch
    /// starts, and a running batch ends after its current item. In counters and spans the function is one call, and each batch
    /// is a further call of the same name.
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
    /// If the function returns a `Result` of an iterator, await it first, and make a call of the iterator:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use std::{fs::File, io::{self, BufRead, BufReader}, path::Path};
    /// use tokio_offload::{offload, run};
    /// use tokio_stream::StreamExt;
    ///
    /// #[offload]
    /// fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    ///     Ok(BufReader::new(File::open(path)?).lines())
    /// }
    ///
    /// let lines = lines(Path::new("Cargo.toml")).await?;
    /// let mut lines = run(move || lines).stream(64);
    /// assert_eq!(lines.next().await.unwrap()?, "[package]");
    /// # Ok(()) }
    /// ```
    ///
    /// For an ordered map over many inputs no method is needed: `futures::stream::iter(inputs).map(f).buffered(n)` keeps at
    /// most `n` calls in flight. Write `|x| f(x).outcome()` to get a panic as the item at its position, and `|x| f(x).start()`
    /// to submit all `n` at once.
    ///
    /// # Panics
    ///
    /// When `ahead` is zero. The stream resumes a panic of the iterator after the items before it, and panics like `.await`
    /// when a call has no result. After a panic it has ended.
    pub fn stream(self, ahead: usize) -> ReadAhead<R>
    where
        R: Items,
    {
        assert!(ahead > 0, "a stream needs room for one item: `stream(1)`");
        ReadAhead {
            site: self.site(),
            on: place::remember(On::Default),
            ahead,
            made: Arc::new(Mutex::new(Made {
                items: VecDeque::new(),
                left: (0, None),
                consumer: None,
                rest: None,
            })),
            source: Source::Opening(self),
        }
    }
}

/// The stream of [`Offload::stream`]. When it is dropped, a panic in the `Drop` of an item reaches only the panic hook.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{ReadAhead, run};
/// use tokio_stream::StreamExt;
///
/// let numbers: ReadAhead<_> = run(|| 0..3).stream(2);
/// assert_eq!(numbers.collect::<Vec<_>>().await, [0, 1, 2]);
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct ReadAhead<I: Iterator> {
    site: &'static Site,
    on: On,
    ahead: usize,
    made: Arc<Mutex<Made<I>>>,
    source: Source<I>,
}

/// Where further items come from.
enum Source<I> {
    Opening(Offload<I>),
    /// From a batch; once it has ended, from the next one, unless the iterator had no more.
    Making(Offload<Result<HasMore, Error>>),
    Resting,
    Failed(Error),
    Ended,
    /// Ended, and the consumer has been told.
    Over,
}

impl<I: Iterator> Drop for ReadAhead<I> {
    fn drop(&mut self) {
        drop_quietly(mem::replace(&mut self.source, Source::Ended));
    }
}

impl<I> ReadAhead<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    /// Looks whether the function, or the batch, has ended.
    fn advance(&mut self, cx: &mut Context<'_>) {
        self.source = match mem::replace(&mut self.source, Source::Ended) {
            Source::Opening(mut call) => {
                if let Some(on) = call.begin() {
                    self.on = on.clone();
                    call.submit(on);
                }
                match call.poll_outcome(cx) {
                    Poll::Ready(Ok(items)) => {
                        self.made.lock().rest = Some(items);
                        Source::Resting
                    }
                    Poll::Ready(Err(error)) => Source::Failed(error),
                    Poll::Pending => Source::Opening(call),
                }
            }
            Source::Making(mut call) => match call.poll_outcome(cx) {
                Poll::Ready(Ok(Ok(true))) => Source::Resting,
                Poll::Ready(Ok(Ok(false))) => Source::Ended,
                Poll::Ready(Ok(Err(error)) | Err(error)) => Source::Failed(error),
                Poll::Pending => Source::Making(call),
            },
            source => source,
        }
    }

    /// Has more made when half of the room is free.
    fn make_more(&mut self) {
        let mut made = self.made.lock();
        if made.items.len() > self.ahead / 2 {
            return;
        }
        let ahead = self.ahead;
        let Some(items) = made.rest.take() else {
            return;
        };
        drop(made);
        let made = Arc::clone(&self.made);
        let work = move || make(items, ahead, &made);
        let next = Offload::made(self.site, self.on.clone(), work).start();
        // The last batch may not have ended yet. It must not be asked to stop.
        if let Source::Making(last) = mem::replace(&mut self.source, Source::Making(next)) {
            last.detach();
        }
    }

    fn take(&self) -> Option<I::Item> {
        self.made.lock().items.pop_front()
    }

    /// Takes an item, or keeps the waker of the task that waits for one.
    fn take_or_wait(&self, cx: &Context<'_>) -> Option<I::Item> {
        let mut waker = Some(cx.waker().clone());
        let mut made = self.made.lock();
        let item = made.items.pop_front();
        if item.is_none() {
            mem::swap(&mut made.consumer, &mut waker);
        }
        // Before the waker, whose `Drop` is not ours.
        drop(made);
        item
    }
}

impl<I> Stream for ReadAhead<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I::Item>> {
        let budget = ready!(coop::poll_proceed(cx));
        loop {
            // While there are items, nothing is asked of the batch that makes them.
            let item = match self.take() {
                None => {
                    self.advance(cx);
                    self.take_or_wait(cx)
                }
                found => found,
            };
            if let Some(item) = item {
                budget.made_progress();
                self.make_more();
                return Poll::Ready(Some(item));
            }
            match mem::replace(&mut self.source, Source::Over) {
                Source::Ended | Source::Over => {
                    budget.made_progress();
                    return Poll::Ready(None);
                }
                Source::Failed(error) => {
                    budget.made_progress();
                    raise(error, self.site)
                }
                Source::Resting => {
                    self.source = Source::Resting;
                    self.make_more();
                }
                waiting => {
                    self.source = waiting;
                    return Poll::Pending;
                }
            }
        }
    }

    /// What the iterator says. It is asked at the beginning of each batch; before the first, nothing is known: `(0, None)`.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let made = self.made.lock();
        let (least, most) = match self.source {
            Source::Failed(_) | Source::Ended | Source::Over => (0, Some(0)),
            _ => made.left,
        };
        let ready = made.items.len();
        let most = most.and_then(|most| most.checked_add(ready));
        (least.saturating_add(ready), most)
    }
}

/// Once `poll_next` has returned `None`, or resumed a panic, the stream is terminated: `futures::select!` takes it without `fuse()`.
impl<I> FusedStream for ReadAhead<I>
where
    I: Iterator + Send + 'static,
    I::Item: Send + 'static,
{
    fn is_terminated(&self) -> bool {
        matches!(self.source, Source::Over)
    }
}

// The iterator is only ever moved, never pinned.
impl<I: Iterator> Unpin for ReadAhead<I> {}

// A stream whose iterator panicked has ended.
impl<I: Iterator> UnwindSafe for ReadAhead<I> {}
impl<I: Iterator> RefUnwindSafe for ReadAhead<I> {}

impl<I: Iterator> fmt::Debug for ReadAhead<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadAhead")
            .field("site", &format_args!("{}", self.site))
            .field("ahead", &self.ahead)
            .field("made", &self.made.lock().items.len())
            .finish_non_exhaustive()
    }
}
