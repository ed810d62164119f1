//! `#[offload(owner = Handle)] impl Type { .. }`: methods on the one thread that owns the value.

use std::{cell::Cell, rc::Rc};

use tokio_offload::{Error, Offload, Owner, offload};

use super::{Id, id};
use crate::{block_on, call, call_here, elsewhere};

/// It cannot leave its thread: it is neither `Send` nor `Clone`.
pub(crate) struct Counter {
    count: Rc<Cell<u32>>,
    words: Vec<String>,
    built_on: Id,
}

#[offload(owner = pub(crate) CounterHandle)]
impl Counter {
    /// Starts at a number.
    pub fn new(start: u32) -> Self {
        elsewhere();
        Self {
            count: Rc::new(Cell::new(start)),
            words: Vec::new(),
            built_on: id(),
        }
    }

    /// Adds one.
    pub fn add(&mut self) -> u32 {
        elsewhere();
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    pub(crate) fn say(&mut self, word: &str, mut times: usize, more: Option<&str>) -> Vec<String> {
        elsewhere();
        while times > 0 {
            times -= 1;
            self.words.push(word.to_owned());
        }
        self.words.extend(more.map(str::to_owned));
        self.words.clone()
    }

    pub fn threads(self: &mut Self) -> (Id, Id) {
        elsewhere();
        (self.built_on, id())
    }

    pub fn get(self: &Self) -> u32 {
        elsewhere();
        self.private()
    }

    pub fn panics(&self) -> u32 {
        elsewhere();
        panic!("{}", self.count.get())
    }

    pub fn sum(&self, (a, b): (u32, u32)) -> u32 {
        elsewhere();
        a + b
    }

    pub fn twelve_and_more(
        &mut self,
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: &u8,
        h: u8,
        i: u8,
        j: u8,
        k: &str,
        l: String,
        _: u8,
    ) -> usize {
        elsewhere();
        usize::from(a + b + c + d + e + f + g + h + i + j) + k.len() + l.len()
    }

    #[cfg(any())]
    pub fn missing(&self) -> Nothing {}

    pub fn letters(&self) -> impl Iterator<Item = String> + use<> {
        elsewhere();
        self.words.clone().into_iter()
    }

    /// Not for the handle: it takes the value.
    #[offload(skip)]
    pub fn into_words(self) -> Vec<String> {
        elsewhere();
        self.words
    }

    #[offload(skip)]
    pub fn words(&mut self) -> &mut Vec<String> {
        &mut self.words
    }

    fn private(&self) -> u32 {
        self.count.get()
    }
}

#[test]
fn methods_run_on_the_thread_that_built_the_value() {
    let counter = call(CounterHandle::new(3));
    assert_eq!(call(counter.add()), 4);
    let (built, run) = call(counter.threads());
    assert_eq!(built, run);
    assert_ne!(built, id());
    assert_eq!(call(counter.get()), 4);
    assert_eq!(call(counter.say("a", 2, Some("b"))), ["a", "a", "b"]);
    assert_eq!(call(counter.letters()).count(), 3);
    assert_eq!(call(counter.sum((1, 2))), 3);
    assert_eq!(
        call(counter.twelve_and_more(1, 1, 1, 1, 1, 1, &1, 1, 1, 1, "k", "l".into(), 0)),
        12
    );
}

#[test]
fn clones_reach_the_same_value_in_order() {
    let counter = call(CounterHandle::new(0));
    let other = counter.clone();
    let counts = call_here(async {
        let calls: Vec<Offload<u32>> = (0..50)
            .map(|n| if n % 2 == 0 { &counter } else { &other }.add().start())
            .collect();
        let mut counts = Vec::new();
        for call in calls {
            counts.push(call.await);
        }
        counts
    });
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
}

#[test]
fn a_call_through_a_handle_can_be_spawned() {
    let counter = call(CounterHandle::new(0));
    let words = call_here(async { tokio::spawn(counter.say("x", 1, None)).await });
    assert_eq!(words.expect("the body does not panic"), ["x"]);
}

#[test]
fn a_panic_reaches_the_caller_and_the_owner_goes_on() {
    let counter = call(CounterHandle::new(9));
    let ended = call(counter.panics().outcome());
    assert!(matches!(ended, Err(Error::Panicked(_))));
    assert!(format!("{:?}", counter.panics()).contains("owners::panics"));
    assert_eq!(call(counter.get()), 9);
}

#[test]
fn a_value_that_was_built_otherwise_gets_a_handle() {
    let owner = call(Owner::spawn(|| Counter::new(5))).poison_on_panic();
    let counter = CounterHandle::from(owner);
    assert_eq!(call(counter.get()), 5);
    assert!(call(counter.panics().outcome()).is_err());
    assert!(matches!(
        block_on(counter.get().outcome()),
        Err(Error::Poisoned)
    ));
    assert!(format!("{counter:?}").contains("Counter"));
}

#[test]
fn finish_takes_the_value_out_of_the_owner() {
    let counter = call(CounterHandle::new(6));
    let owner = Owner::from(counter.clone());
    assert_eq!(call(owner.finish(|counter| counter.get())), 6);
    assert!(matches!(
        block_on(counter.get().outcome()),
        Err(Error::Shutdown)
    ));
}

#[test]
fn a_skipped_method_stays_with_the_value() {
    let mut counter = Counter::new(0);
    counter.words().push("a".into());
    assert_eq!(counter.into_words(), ["a"]);
    let owner = Owner::from(call(CounterHandle::new(0)));
    assert!(call(owner.finish(Counter::into_words)).is_empty());
}

#[test]
fn nothing_runs_before_the_call_is_polled() {
    drop(CounterHandle::new(1));
    let counter = call(CounterHandle::new(1));
    drop(counter.add());
    assert_eq!(call(counter.get()), 1);
}
