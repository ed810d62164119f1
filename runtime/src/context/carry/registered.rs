//! What was registered, in order. Nothing is ever taken out, so every call looks at it without a lock.

use std::{iter, sync::OnceLock};

pub(super) struct Registered<T>(OnceLock<Box<Node<T>>>);

struct Node<T> {
    one: T,
    next: OnceLock<Box<Self>>,
}

impl<T> Registered<T> {
    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(super) fn add(&self, one: T) {
        let mut end = &self.0;
        let next = OnceLock::new();
        let mut new = Box::new(Node { one, next });
        while let Err(mine) = end.set(new) {
            new = mine;
            if let Some(earlier) = end.get() {
                end = &earlier.next;
            }
        }
    }

    pub(super) fn is_any(&self) -> bool {
        self.0.get().is_some()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        iter::successors(self.0.get(), |node| node.next.get()).map(|node| &node.one)
    }
}

#[test]
fn none_of_those_added_at_once_is_lost() {
    static ALL: Registered<usize> = Registered::new();
    assert!(!ALL.is_any());
    let adders =
        (0..8).map(|n| std::thread::spawn(move || (0..100).for_each(|i| ALL.add(100 * n + i))));
    for adder in adders.collect::<Vec<_>>() {
        adder.join().unwrap();
    }
    let all: Vec<usize> = ALL.all().copied().collect();
    for n in 0..8 {
        let of_one: Vec<usize> = all.iter().copied().filter(|one| one / 100 == n).collect();
        assert_eq!(of_one, (100 * n..100 * n + 100).collect::<Vec<_>>());
    }
    assert_eq!(all.len(), 800);
}
