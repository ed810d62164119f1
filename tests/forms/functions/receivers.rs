//! Methods, by what `self` is.

use std::{
    cell::Cell,
    pin::Pin,
    sync::{Arc, Mutex},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

/// `Clone`, so that `&self` can be owned.
#[derive(Clone, Debug, PartialEq)]
struct Counter {
    count: u32,
    name: String,
}

fn counter(count: u32) -> Counter {
    let name = String::from("c");
    Counter { count, name }
}

impl Counter {
    #[offload]
    fn by_reference(&self) -> u32 {
        elsewhere();
        self.count
    }

    #[offload]
    fn by_reference_with(&self, by: u32, name: &str) -> String {
        elsewhere();
        format!("{}{name}{}", self.name, self.count + by)
    }

    #[offload]
    fn by_named_lifetime<'a>(&'a self, other: &'a Self) -> bool {
        elsewhere();
        *self == *other
    }

    #[offload]
    fn by_typed_reference(self: &Self) -> u32 {
        elsewhere();
        self.count
    }

    #[offload]
    fn by_named_reference(self: &Counter, by: u32) -> u32 {
        elsewhere();
        self.count * by
    }

    #[offload]
    fn by_value(self) -> String {
        elsewhere();
        self.name
    }

    #[offload]
    fn by_mut_value(mut self, by: u32) -> Self {
        elsewhere();
        self.count += by;
        self
    }

    #[offload]
    fn by_typed_value(self: Self) -> Self {
        elsewhere();
        self
    }

    #[offload]
    fn by_named_value(mut self: Counter) -> Counter {
        elsewhere();
        self.name.push('!');
        self
    }
}

#[test]
fn self_may_be_a_reference_or_a_value() {
    assert_eq!(call(counter(2).by_reference()), 2);
    assert_eq!(call(counter(2).by_reference_with(3, "x")), "cx5");
    assert!(call(counter(1).by_named_lifetime(&counter(1))));
    assert_eq!(call(counter(4).by_typed_reference()), 4);
    assert_eq!(call(counter(4).by_named_reference(2)), 8);
    assert_eq!(call(counter(4).by_value()), "c");
    assert_eq!(call(counter(4).by_mut_value(1)), counter(5));
    assert_eq!(call(counter(4).by_typed_value()), counter(4));
    assert_eq!(call(counter(4).by_named_value()).name, "c!");
}

#[test]
fn a_static_self_is_not_cloned() {
    assert_eq!(*call(LINK.for_ever(3)).lock().unwrap(), [3]);
    assert!(call(LINK.typed_for_ever("")));
}

/// Not `Clone`, as connections are.
#[derive(Debug)]
struct Link {
    log: Mutex<Vec<u32>>,
}

fn link() -> Link {
    let log = Mutex::new(vec![1]);
    Link { log }
}

static LINK: Link = Link {
    log: Mutex::new(Vec::new()),
};

impl Link {
    #[offload]
    fn for_ever(&'static self, n: u32) -> &'static Mutex<Vec<u32>> {
        elsewhere();
        self.log.lock().unwrap().push(n);
        &self.log
    }

    #[offload(blocking = typed_for_ever_blocking)]
    fn typed_for_ever(self: &'static Self, more: &str) -> bool {
        elsewhere();
        std::ptr::eq(self, &LINK) && more.is_empty()
    }

    #[offload]
    fn by_arc(self: Arc<Self>, n: u32) -> usize {
        elsewhere();
        let mut log = self.log.lock().unwrap();
        log.push(n);
        log.len()
    }

    #[offload]
    fn by_mut_arc(mut self: Arc<Self>) -> usize {
        elsewhere();
        Arc::get_mut(&mut self).map_or(0, |link| link.log.get_mut().unwrap().len())
    }

    #[offload]
    fn by_full_path_arc(self: std::sync::Arc<Self>) -> usize {
        elsewhere();
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn by_arc_reference(self: &Arc<Self>) -> usize {
        elsewhere();
        Arc::strong_count(self)
    }

    #[offload]
    fn by_arc_of_name(self: Arc<Link>) -> usize {
        elsewhere();
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn by_box(self: Box<Self>) -> Vec<u32> {
        elsewhere();
        self.log.into_inner().unwrap()
    }

    #[offload]
    fn by_mut_box(mut self: Box<Self>, n: u32) -> Box<Self> {
        elsewhere();
        self.log.get_mut().unwrap().push(n);
        self
    }

    #[offload]
    fn by_pin(self: Pin<Arc<Self>>) -> usize {
        elsewhere();
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn by_pinned_box(self: Pin<Box<Self>>) -> usize {
        elsewhere();
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn by_arc_of_box(self: Arc<Box<Self>>) -> usize {
        elsewhere();
        self.log.lock().unwrap().len()
    }
}

#[test]
fn self_may_be_an_arc_a_box_or_a_pin() {
    let shared = Arc::new(link());
    assert_eq!(call(Arc::clone(&shared).by_arc(2)), 2);
    assert_eq!(call(Arc::clone(&shared).by_full_path_arc()), 2);
    assert_eq!(call(shared.by_arc_reference()), 2);
    assert_eq!(call(Arc::clone(&shared).by_arc_of_name()), 2);
    assert_eq!(call(shared.by_mut_arc()), 2);
    assert_eq!(call(Box::new(link()).by_box()), [1]);
    let changed = call(Box::new(link()).by_mut_box(5));
    assert_eq!(*changed.log.lock().unwrap(), [1, 5]);
    assert_eq!(call(Arc::pin(link()).by_pin()), 1);
    assert_eq!(call(Box::pin(link()).by_pinned_box()), 1);
    assert_eq!(call(Arc::new(Box::new(link())).by_arc_of_box()), 1);
}

/// `Send` but not `Sync`.
#[derive(Clone)]
struct Lonely(Cell<u32>);

impl Lonely {
    #[offload]
    fn by_reference(&self) -> u32 {
        elsewhere();
        self.0.set(self.0.get() + 1);
        self.0.get()
    }

    #[offload]
    fn back(self) -> Self {
        elsewhere();
        self
    }
}

#[test]
fn self_by_reference_need_not_be_sync() {
    let lonely = Lonely(Cell::new(1));
    assert_eq!(call(lonely.by_reference()), 2);
    // The body had a copy.
    assert_eq!(lonely.0.get(), 1);
    assert_eq!(call(lonely.back()).0.get(), 1);
}

#[derive(Clone)]
struct Chain {
    next: Option<Box<Chain>>,
    n: u8,
}

impl Chain {
    #[offload(blocking = last_blocking)]
    fn last(mut self: &Self) -> u8 {
        elsewhere();
        while let Some(next) = &self.next {
            self = next;
        }
        self.n
    }

    #[offload]
    fn second(mut self: &Self) -> Option<u8> {
        elsewhere();
        self = self.next.as_ref()?;
        Some(self.n)
    }
}

#[test]
fn a_body_can_reassign_its_reference_to_self() {
    let next = Some(Box::new(Chain { next: None, n: 2 }));
    let chain = Chain { next, n: 1 };
    assert_eq!(call(chain.last()), 2);
    assert_eq!(call(chain.second()), Some(2));
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

impl Side {
    #[offload]
    fn swap(self) -> Self {
        elsewhere();
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    #[offload]
    fn is_left(&self) -> bool {
        elsewhere();
        matches!(self, Self::Left) && matches!(*self, Side::Left)
    }
}

#[test]
fn methods_of_enums_run_elsewhere() {
    assert!(call(call(Side::Right.swap()).is_left()));
}
