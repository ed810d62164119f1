//! A batch of a stream: one body that makes items ahead of the consumer, and the state they share.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Waker,
};

use crate::{
    body,
    error::{Error, Panic},
    sync::Mutex,
    unwind::{drop_quietly, wake_all},
};

/// Whether the iterator can be asked again.
pub(crate) type HasMore = bool;

/// What `size_hint` returns: at least so many items, and at most.
pub(crate) type SizeHint = (usize, Option<usize>);

/// The state that the maker and the consumer share. The consumer can take an item while the next one is made, which may
/// wait for what the consumer does.
pub(crate) struct Made<I: Iterator> {
    pub(crate) items: VecDeque<I::Item>,
    /// How many items the iterator is going to make, as far as it says so.
    pub(crate) left: SizeHint,
    pub(crate) consumer: Option<Waker>,
    /// The iterator, when no batch has it.
    pub(crate) rest: Option<I>,
}

impl<I: Iterator> Drop for Made<I> {
    /// Drops each item on its own: of two panics at once the second ends the program.
    fn drop(&mut self) {
        self.items.drain(..).for_each(drop_quietly);
        drop_quietly(self.rest.take());
        drop_quietly(self.consumer.take());
    }
}

/// Makes items while there is room for them, `ahead` at most, and leaves the iterator for the next batch. So other calls of the pool get
/// their turn. Items that the consumer takes meanwhile make room, so that a batch does not end early and start again at once.
pub(crate) fn make<I: Iterator>(
    mut from: I,
    ahead: usize,
    made: &Mutex<Made<I>>,
) -> Result<HasMore, Error> {
    let says = catch_unwind(AssertUnwindSafe(|| from.size_hint()));
    made.lock().left = says.unwrap_or_default();
    for left in (0..ahead).rev() {
        body::check_cancelled()?;
        match catch_unwind(AssertUnwindSafe(|| from.next())) {
            Ok(Some(item)) => {
                let room = if left == 0 { 0 } else { ahead };
                match hand_off(made, item, from, room) {
                    Some(rest) => from = rest,
                    None => break,
                }
            }
            Ok(None) => {
                made.lock().left = (0, Some(0));
                return Ok(false);
            }
            Err(payload) => {
                drop_quietly(from); // The first panic is told, and not one of its `Drop`.
                return Err(Error::Panicked(Panic::new(payload)));
            }
        }
    }
    Ok(true)
}

/// Gives `from` back if there are fewer items than `room` now. Else it is left together with the item: who takes the last item of
/// a batch finds what makes the next one.
fn hand_off<I: Iterator>(made: &Mutex<Made<I>>, item: I::Item, from: I, room: usize) -> Option<I> {
    let mut made = made.lock();
    made.items.push_back(item);
    let (least, most) = made.left;
    made.left = (
        least.saturating_sub(1),
        most.map(|most| most.saturating_sub(1)),
    );
    let from = if made.items.len() < room {
        Some(from)
    } else {
        made.rest = Some(from);
        None
    };
    let consumer = made.consumer.take();
    drop(made);
    wake_all(consumer);
    from
}
