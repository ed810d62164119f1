//! Everything once more where every lint is an error.

#![deny(
    warnings,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    missing_debug_implementations
)]
#![forbid(unsafe_code, dead_code, unused_braces)]

use std::{io, rc::Rc, sync::Arc};

use tokio_offload::{Offload, offload};

use crate::{call, elsewhere};

/// Keeps lines.
#[derive(Clone, Debug)]
pub struct Lines {
    lines: Vec<String>,
}

#[offload(blocking = _blocking)]
impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        elsewhere();
        let lines = text.lines().map(str::to_owned).collect();
        Self { lines }
    }

    /// How many there are.
    ///
    /// # Errors
    ///
    /// When there are none.
    pub fn count(&self) -> io::Result<usize> {
        use std::io::ErrorKind;
        elsewhere();

        match self.lines.len() {
            0 => Err(ErrorKind::NotFound.into()),
            count => Ok(count),
        }
    }

    /// The line at a place.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<String> {
        elsewhere();
        self.lines.get(index).cloned()
    }
}

/// Counts what it has seen.
#[derive(Debug, Default)]
pub struct Seen {
    all: Rc<Vec<u8>>,
}

/// Reaches the one that counts.
#[offload(owner = pub SeenHandle)]
impl Seen {
    /// Starts with nothing.
    #[must_use]
    pub fn new() -> Self {
        elsewhere();
        Self::default()
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// When there is no room.
    pub fn open(_name: &str, size: u8) -> io::Result<Self> {
        elsewhere();
        if size == 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Self::default())
    }

    /// Sees one more.
    pub fn see(&mut self, one: u8, _why: &str) {
        elsewhere();
        Rc::make_mut(&mut self.all).push(one);
    }

    /// How many it saw.
    #[must_use]
    pub fn len(&self) -> usize {
        elsewhere();
        self.all.len()
    }

    /// Whether it saw none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        elsewhere();
        self.len() == 0
    }
}

/// Keeps what it is given.
#[offload(blocking = BlockingKeep)]
pub trait Keep<K: Clone>: std::fmt::Debug {
    /// What is kept.
    type Item: Clone;
    /// How many there may be, for the blocking trait alone.
    const MOST: usize = 1;

    /// Finds it.
    #[must_use]
    fn find(&self, key: &K, _hint: Option<&str>) -> Option<Self::Item>;

    /// Whether it is there. Only the blocking trait has this body, and what the attributes say of it.
    #[inline]
    #[cfg_attr(all(), cold, must_use = "nothing else comes of it")]
    fn has(&self, key: &K) -> bool {
        elsewhere();
        Self::MOST > 0 && self.find(key, None).is_some()
    }
}

/// Keeps one thing.
#[derive(Debug)]
pub struct One(u8);

impl BlockingKeep<u8> for One {
    type Item = String;

    fn find(&self, key: &u8, _hint: Option<&str>) -> Option<String> {
        elsewhere();
        (*key == self.0).then(|| key.to_string())
    }
}

#[offload]
impl Keep<u16> for Lines {
    type Item = String;

    fn find(&self, key: &u16, _hint: Option<&str>) -> Option<String> {
        elsewhere();
        self.lines.get(usize::from(*key)).cloned()
    }

    fn has(&self, key: &u16) -> bool {
        elsewhere();
        self.lines.len() > usize::from(*key)
    }
}

#[test]
fn blocks_compile_with_every_lint_denied() {
    let lines = call(Lines::of("a\nb"));
    assert_eq!(call(lines.count()).ok(), Some(2));
    assert_eq!(call(lines.at(1)), lines.at_blocking(1));
    assert_eq!(Lines::of_blocking("").count_blocking().ok(), None);
    assert!(call(lines.has(&1)) && call(lines.find(&0, None)).is_some());

    let seen = call(SeenHandle::new());
    call(seen.see(1, ""));
    assert_eq!(call(seen.len()), 1);
    assert!(!call(seen.is_empty()));
    let opened: Offload<io::Result<SeenHandle>> = SeenHandle::open("x", 1);
    assert!(call(call(opened).expect("it opens").is_empty()));

    let one = Arc::new(One(3));
    assert!(call(one.has(&3)));
    assert_eq!(call(one.find(&4, None)), None);
}
