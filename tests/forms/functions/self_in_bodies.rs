//! `self` in bodies: by value and by reference, in closures, patterns, paths and `async` blocks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio_offload::{block_on, offload};

use crate::{call, elsewhere};

fn outside(n: u32) -> u32 {
    n + 100
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Store {
    n: u32,
    name: String,
    parts: HashMap<String, u32>,
}

impl Store {
    const LIMIT: u32 = 50;

    fn plus(&self, by: u32) -> u32 {
        self.n + by
    }

    fn limit() -> u32 {
        Self::LIMIT
    }

    #[offload]
    fn fields(&self) -> u32 {
        elsewhere();
        let Self { n, ref name, .. } = *self;
        n + u32::try_from(name.len()).unwrap_or(0) + self.plus(self.n)
    }

    #[offload]
    fn matched(&self) -> u32 {
        elsewhere();
        match self {
            Self { n: 0, .. } => 0,
            Store { n, name, .. } if name.is_empty() => *n,
            this => this.n * 2,
        }
    }

    #[offload]
    fn in_closures(&self) -> u32 {
        elsewhere();
        let borrowed = || self.n;
        let moved = move |by: u32| self.plus(by);
        let nested = || (0..2).map(|i| self.n + i).sum::<u32>();
        borrowed() + moved(1) + nested()
    }

    #[offload]
    fn in_async(&self) -> u32 {
        elsewhere();
        let by_reference = block_on(async { self.n });
        let by_move = block_on(async move { self.plus(1) });
        by_reference.unwrap_or(0) + by_move.unwrap_or(0)
    }

    #[offload]
    fn in_paths(&self) -> u32 {
        use self::outside as far;
        elsewhere();
        self::outside(0) + far(self.n) + Self::plus(self, 1) + Self::limit() + <Self>::LIMIT
    }

    #[offload]
    fn calls_itself(&self) -> u32 {
        elsewhere();
        if self.n == 0 {
            return 0;
        }
        let less = Self {
            n: self.n - 1,
            ..self.clone()
        };
        1 + block_on(less.calls_itself()).unwrap_or(0)
    }

    #[offload]
    fn calls_by_path(&self) -> u32 {
        elsewhere();
        block_on(Self::fields(self)).unwrap_or(0)
    }

    #[offload]
    fn assigned(&self) -> usize {
        elsewhere();
        let mut this = self;
        let other = Self::default();
        let mut steps = 0;
        while this != &other {
            this = &other;
            steps += 1;
        }
        steps
    }

    #[offload]
    fn dereferenced(&self) -> Self {
        elsewhere();
        let copy = (*self).clone();
        let same = &*self;
        assert_eq!(*same, copy);
        copy
    }

    #[offload]
    fn returned_early(&self, all: &[u32]) -> Option<u32> {
        elsewhere();
        for one in all {
            if *one > self.n {
                return Some(*one - self.n);
            }
        }
        self.parts.get(&self.name).copied()
    }
}

fn store(n: u32) -> Store {
    Store {
        n,
        name: String::from("ab"),
        parts: HashMap::new(),
    }
}

#[test]
fn a_body_may_use_borrowed_self_everywhere() {
    assert_eq!(call(store(1).fields()), 5);
    assert_eq!(call(store(1).matched()), 2);
    assert_eq!(call(store(2).in_closures()), 10);
    assert_eq!(call(store(2).in_async()), 5);
    assert_eq!(call(store(2).in_paths()), 305);
    assert_eq!(call(store(3).calls_itself()), 3);
    assert_eq!(call(store(1).calls_by_path()), 5);
    assert_eq!(call(store(1).assigned()), 1);
    assert_eq!(call(store(1).dereferenced()), store(1));
    assert_eq!(call(store(1).returned_early(&[1, 3])), Some(2));
    assert_eq!(call(store(1).returned_early(&[])), None);
}

impl Store {
    #[offload]
    fn destructured(self) -> (u32, String) {
        elsewhere();
        let Self { n, name, parts } = self;
        drop(parts);
        (n, name)
    }

    #[offload]
    fn moved_in_parts(self) -> usize {
        elsewhere();
        let name = self.name;
        let parts = self.parts;
        name.len() + parts.len()
    }

    #[offload]
    fn reassigned(mut self, by: u32) -> Self {
        elsewhere();
        self.n += by;
        self = Self {
            name: String::new(),
            ..self
        };
        let change = |this: &mut Self| this.n *= 2;
        change(&mut self);
        self.parts.insert(String::from("x"), self.n);
        self
    }

    #[offload]
    fn dropped(self) {
        elsewhere();
        drop(self);
    }

    #[offload]
    fn shadowed(self) -> u32 {
        elsewhere();
        let this = self;
        (move || this.n)()
    }

    #[offload]
    fn ignored(&self, _: Self) -> u8 {
        elsewhere();
        1
    }

    #[offload]
    fn others(&self, other: &Self, more: &[Self], maybe: Option<&Self>, own: Self) -> u32 {
        elsewhere();
        self.n
            + other.n
            + more.iter().map(|one| one.n).sum::<u32>()
            + maybe.map_or(0, |one| one.n)
            + own.n
    }
}

#[test]
fn a_body_may_use_self_by_value_everywhere() {
    assert_eq!(call(store(1).destructured()), (1, String::from("ab")));
    assert_eq!(call(store(1).moved_in_parts()), 2);
    let changed = call(store(1).reassigned(2));
    assert_eq!((changed.n, changed.parts["x"]), (6, 6));
    call(store(1).dropped());
    assert_eq!(call(store(1).shadowed()), 1);
    assert_eq!(call(store(1).ignored(store(2))), 1);
    assert_eq!(
        call(store(1).others(&store(1), &[store(1)], Some(&store(1)), store(1))),
        5
    );
}

struct Shared {
    log: Mutex<Vec<String>>,
}

impl Shared {
    #[offload]
    fn spawns(self: Arc<Self>) -> usize {
        elsewhere();
        let other = Arc::clone(&self);
        let thread = std::thread::spawn(move || other.log.lock().unwrap().push(String::new()));
        thread.join().unwrap();
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn recursive(self: Arc<Self>, left: u8) -> usize {
        elsewhere();
        self.log.lock().unwrap().push(left.to_string());
        if left > 0 {
            block_on(self.clone().recursive(left - 1)).unwrap();
        }
        self.log.lock().unwrap().len()
    }

    #[offload]
    fn through_reference(self: &Arc<Self>) -> Arc<Self> {
        elsewhere();
        Arc::clone(self)
    }
}

#[test]
fn a_body_may_use_self_behind_an_arc() {
    let shared = Arc::new(Shared {
        log: Mutex::default(),
    });
    assert_eq!(call(shared.clone().spawns()), 1);
    assert_eq!(call(shared.clone().recursive(2)), 4);
    assert!(Arc::ptr_eq(&call(shared.through_reference()), &shared));
}
