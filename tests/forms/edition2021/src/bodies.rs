//! Bodies that depend on the edition: where temporaries of the last expression are dropped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use offloading::offload;

use crate::elsewhere;

/// The guard lives until after the body; the argument must live longer.
#[offload]
pub fn tail(list: Arc<Mutex<Vec<u8>>>) -> usize {
    elsewhere();
    list.lock().unwrap().len()
}

/// The same, with an argument that crosses in another way.
#[offload]
pub fn tail_of_conditional(#[cfg(not(target_os = "none"))] list: Arc<Mutex<Vec<u8>>>) -> usize {
    elsewhere();
    list.lock().unwrap().len()
}

/// The same behind a reference.
#[offload]
pub fn tail_of_borrow(
    list: &Arc<Mutex<Vec<u8>>>,
    #[cfg(not(target_os = "none"))] count: &Arc<Mutex<u8>>,
) -> usize {
    elsewhere();
    *count.lock().unwrap() += 1;
    list.lock().unwrap().len() + usize::from(*count.lock().unwrap())
}

/// The same past the twelfth argument.
#[offload]
#[expect(clippy::too_many_arguments, reason = "counted on purpose")]
pub fn tail_past_twelve(
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
    list: Arc<Mutex<Vec<u8>>>,
) -> usize {
    elsewhere();
    list.lock().unwrap().len()
}

/// The same in a pattern.
#[offload]
pub fn tail_of_pattern(
    (list, n): (Mutex<Vec<u8>>, usize),
    #[cfg(not(target_os = "none"))] ref more: Mutex<u8>,
) -> usize {
    elsewhere();
    list.lock().unwrap().len() + n + usize::from(*more.lock().unwrap())
}

fn each<'a>(bytes: &'a mut &[u8]) -> Box<dyn Iterator<Item = u8> + 'a> {
    Box::new(bytes.iter().copied())
}

#[expect(
    clippy::ref_option_ref,
    reason = "it borrows from an argument that is lent"
)]
fn letters<'a>(text: &'a Option<&str>) -> Box<dyn Iterator<Item = char> + 'a> {
    Box::new(text.iter().flat_map(|text| text.chars()))
}

/// The same of an argument that the body has as a reference, and changes.
#[offload]
pub fn tail_of_mutable(mut bytes: &[u8]) -> Option<u8> {
    elsewhere();
    each(&mut bytes).next()
}

/// The same of one that is lent on.
#[offload]
pub fn tail_of_lent(text: Option<&str>, _: &str) -> Option<char> {
    elsewhere();
    letters(&text).next()
}

/// The same with a twin.
#[offload(blocking = tail_of_twin_blocking)]
pub fn tail_of_twin(list: Mutex<Vec<u8>>) -> usize {
    list.lock().unwrap().len()
}

/// Something that is locked.
#[derive(Default)]
pub struct Locked {
    list: Mutex<Vec<u8>>,
}

impl Locked {
    /// The same through `self`.
    #[offload]
    pub fn tail(self: Arc<Self>) -> usize {
        elsewhere();
        self.list.lock().unwrap().len()
    }

    /// The same through `self` by value.
    #[offload(blocking = tail_by_value_blocking)]
    pub fn tail_by_value(self) -> usize {
        self.list.lock().unwrap().len()
    }
}

/// Something with letters.
#[derive(Clone, Copy)]
pub struct Text(pub &'static str);

fn letters_of<'a>(text: &'a &Text) -> Box<dyn Iterator<Item = char> + 'a> {
    Box::new(text.0.chars())
}

impl Text {
    /// The same of `self` as a reference, which is lent on.
    #[offload]
    pub fn tail_of_lent(&self) -> Option<char> {
        elsewhere();
        letters_of(&self).next()
    }
}

macro_rules! first {
    ($of:ident, $value:expr) => {
        $of(&$value).next()
    };
}

impl Text {
    /// The same of `self`, which a macro lends on.
    #[offload]
    pub fn tail_of_macro(&self) -> Option<char> {
        elsewhere();
        first!(letters_of, self)
    }
}

/// The same of an argument, which a macro lends on.
#[offload]
pub fn tail_of_macro(text: Option<&str>) -> Option<char> {
    elsewhere();
    first!(letters, text)
}

/// Holds what it was called on for as long as it lives.
pub struct Held<'a>(&'a str);

impl Drop for Held<'_> {
    fn drop(&mut self) {}
}

impl Held<'_> {
    fn length(&self) -> usize {
        self.0.len()
    }
}

trait Hold {
    fn hold(&self) -> Held<'_>;
}

impl Hold for &str {
    fn hold(&self) -> Held<'_> {
        Held(self)
    }
}

impl Hold for &Text {
    fn hold(&self) -> Held<'_> {
        Held(self.0)
    }
}

impl Text {
    /// The same of `self`, whose method borrows it.
    #[offload]
    pub fn tail_of_method(&self) -> usize {
        elsewhere();
        self.hold().length()
    }
}

/// The same of an argument, whose method borrows it, also behind a turbofish and in a scrutinee.
#[offload]
pub fn tail_of_method(text: &str, other: Option<&str>) -> usize {
    elsewhere();
    match text.hold().length() {
        0 => other.map_or::<usize, _>(0, str::len),
        length => length,
    }
}

/// Says whether the lock is held when it is dropped itself.
struct Looks<'a>(&'a Mutex<u8>, &'a AtomicBool);

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        self.1.store(self.0.try_lock().is_err(), Ordering::SeqCst);
    }
}

/// Locals are dropped before the temporaries of the last expression, also if that borrows an argument.
#[offload]
pub fn tail_after_locals(number: &Arc<Mutex<u8>>, held: &Arc<AtomicBool>) -> u8 {
    elsewhere();
    let _looks = Looks(number, held);
    *number.lock().unwrap()
}

/// The same past an argument that crosses in another way.
#[offload]
pub fn tail_of_conditional_after_locals(
    #[cfg(not(target_os = "none"))] number: Arc<Mutex<u8>>,
    held: &Arc<AtomicBool>,
) -> u8 {
    elsewhere();
    let _looks = Looks(&number, held);
    *number.lock().unwrap()
}

/// Something that is locked and looked at.
#[derive(Clone, Default)]
pub struct Looked {
    number: Arc<Mutex<u8>>,
    /// What was seen.
    pub held: Arc<AtomicBool>,
}

impl Looked {
    fn lock(&self) -> MutexGuard<'_, u8> {
        self.number.lock().unwrap()
    }

    /// The same of `self`.
    #[offload]
    pub fn tail_after_locals(&self) -> u8 {
        elsewhere();
        let _looks = Looks(&self.number, &self.held);
        *self.lock()
    }
}

/// `if let` keeps its temporary until the end in this edition.
#[offload]
pub fn scrutinee(list: Arc<Mutex<Vec<u8>>>) -> u8 {
    elsewhere();
    if let Some(first) = list.lock().unwrap().first() {
        *first
    } else {
        0
    }
}
