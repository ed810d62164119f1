//! Arguments are dropped by the thread of the body, in the order in which the plain function drops them.

use std::{
    cell::RefCell,
    path::Path,
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

type Log = Arc<Mutex<Vec<(u8, ThreadId)>>>;

/// Writes down its drop, and the thread of it.
struct Noted(u8, Log);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1
            .lock()
            .unwrap()
            .push((self.0, thread::current().id()));
    }
}

/// Matched by a pattern that leaves `a` in its argument.
struct Two {
    #[expect(dead_code, reason = "only dropped")]
    a: Noted,
    b: Noted,
}

/// One pair of functions with the same tokens: the plain one tells what is right.
macro_rules! twice {
    ($name:ident($($arg:tt)*) $body:block) => {
        mod $name {
            use super::{Noted, Two, elsewhere};

            #[allow(unused_imports, dead_code, reason = "not every form needs both")]
            type Kept = (Noted, Two);

            #[allow(clippy::too_many_arguments, reason = "one form is about their number")]
            #[tokio_offload::offload(blocking = plain)]
            pub(super) fn offloaded($($arg)*) $body
        }
    };
}

fn log() -> Log {
    Arc::default()
}

/// The numbers dropped, all of them on one thread that is not this one.
fn numbers(log: &Log) -> Vec<u8> {
    let noted = std::mem::take(&mut *log.lock().unwrap());
    let here = thread::current().id();
    assert!(
        noted
            .iter()
            .all(|(_, thread)| *thread != here && *thread == noted[0].1)
    );
    noted.into_iter().map(|(number, _)| number).collect()
}

/// Checks one form: `$make` builds the arguments around a log.
macro_rules! same_order {
    ($name:ident, |$n:ident| ($($value:expr),* $(,)?), $expected:expr) => {{
        let notes = log();
        let $n = |number: u8| Noted(number, Arc::clone(&notes));
        call($name::offloaded($($value),*));
        let offloaded = numbers(&notes);
        thread::scope(|scope| {
            scope.spawn(|| $name::plain($($value),*));
        });
        assert_eq!(offloaded, numbers(&notes), "{}", stringify!($name));
        assert_eq!(offloaded, $expected, "{}", stringify!($name));
    }};
}

twice!(named(a: Noted, b: Noted) {
    elsewhere();
    let _ = (&a, &b);
});
twice!(unused(_: Noted, _: Noted) {
    elsewhere();
});
twice!(mixed(_: Noted, b: Noted, _: Noted, _d: Noted) {
    elsewhere();
    let _ = &b;
});
twice!(moved(a: Noted, _b: Noted, c: Noted) {
    elsewhere();
    drop(c);
    let _local = a;
});
twice!(parts((a, _): (Noted, Noted), Two { b, .. }: Two) {
    elsewhere();
    let _ = (&b, &a, a.0);
});
twice!(by_ref(ref a: Noted, ref mut b: Noted, _: Noted) {
    elsewhere();
    b.0 += 10;
    let _ = a;
});
twice!(with_cfg(_: Noted, #[cfg(not(target_os = "none"))] _b: Noted, #[cfg(target_os = "none")] _c: Noted, #[cfg(not(target_os = "none"))] _: Noted) {
    elsewhere();
});
twice!(opaque(_a: impl Sized, _: Box<dyn super::Object>, _: [Noted; 2]) {
    elsewhere();
});

/// An object that is only there to be dropped.
trait Object: Send {}

impl Object for Noted {}

#[test]
fn arguments_drop_in_the_order_of_the_plain_function() {
    same_order!(named, |n| (n(1), n(2)), [2, 1]);
    same_order!(unused, |n| (n(1), n(2)), [2, 1]);
    same_order!(mixed, |n| (n(1), n(2), n(3), n(4)), [4, 3, 2, 1]);
    same_order!(moved, |n| (n(1), n(2), n(3)), [3, 1, 2]);
    same_order!(
        parts,
        |n| ((n(1), n(2)), Two { a: n(3), b: n(4) }),
        [4, 3, 1, 2]
    );
    same_order!(by_ref, |n| (n(1), n(2), n(3)), [3, 12, 1]);
    same_order!(with_cfg, |n| (n(1), n(2), n(3)), [3, 2, 1]);
    same_order!(
        opaque,
        |n| (n(1), Box::new(n(2)), [n(3), n(4)]),
        [3, 4, 2, 1]
    );
}

twice!(cfg_first(#[cfg(not(target_os = "none"))] _a: Noted, _b: Noted, #[cfg(not(target_os = "none"))] _: Noted, _: Noted) {
    elsewhere();
});

twice!(past_twelve(
    _: Noted, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _b: Noted, _c: Noted, _: Noted
) {
    elsewhere();
});

#[test]
fn arguments_past_the_twelfth_drop_in_the_order_of_the_plain_function() {
    same_order!(
        past_twelve,
        |n| (n(1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n(2), n(3), n(4)),
        [4, 3, 2, 1]
    );
    same_order!(cfg_first, |n| (n(1), n(2), n(3), n(4)), [4, 3, 2, 1]);
}

#[derive(Clone)]
struct Host(#[expect(dead_code, reason = "only dropped")] Arc<Noted>);

impl Host {
    #[offload]
    fn by_value(self, _: Noted) {
        elsewhere();
    }

    #[offload]
    fn by_arc(self: Arc<Self>, _: Noted) {
        elsewhere();
    }

    #[offload]
    fn by_reference(&self, _: Noted) {
        elsewhere();
    }
}

#[test]
fn a_receiver_drops_after_the_arguments() {
    let notes = log();
    let n = |number| Noted(number, Arc::clone(&notes));
    call(Host(Arc::new(n(1))).by_value(n(2)));
    assert_eq!(numbers(&notes), [2, 1]);
    call(Arc::new(Host(Arc::new(n(1)))).by_arc(n(2)));
    assert_eq!(numbers(&notes), [2, 1]);
    let host = Host(Arc::new(n(1)));
    let future = host.by_reference(n(2));
    drop(host);
    call(future);
    assert_eq!(numbers(&notes), [2, 1]);
}

#[offload]
fn early(a: Noted, b: Noted, leave: bool) -> u8 {
    elsewhere();
    if leave {
        return a.0;
    }
    drop(a);
    b.0
}

#[offload]
fn panicking(_: Noted, b: Noted) -> u8 {
    elsewhere();
    let local = b;
    panic!("{}", local.0)
}

#[test]
fn arguments_drop_in_order_on_return_and_panic() {
    let notes = log();
    let n = |number| Noted(number, Arc::clone(&notes));
    assert_eq!(call(early(n(1), n(2), true)), 1);
    assert_eq!(numbers(&notes), [2, 1]);
    assert_eq!(call(early(n(1), n(2), false)), 2);
    assert_eq!(numbers(&notes), [1, 2]);
    assert!(call(panicking(n(1), n(2)).outcome()).is_err());
    assert_eq!(numbers(&notes), [2, 1]);
}

#[offload]
fn borrowed(path: &Path, kept: &Counted, unused: &Counted, maybe: Option<&Counted>) -> usize {
    elsewhere();
    let _ = (path, unused, maybe);
    kept.0.borrow().len()
}

/// Counts its copies on the thread that makes them.
struct Counted(RefCell<Vec<u8>>);

thread_local! {
    static CLONES: RefCell<usize> = const { RefCell::new(0) };
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        CLONES.with_borrow_mut(|clones| *clones += 1);
        Self(self.0.clone())
    }
}

#[test]
fn copies_are_made_once_by_the_caller() {
    let one = Counted(RefCell::new(vec![1]));
    let future = borrowed(Path::new("/"), &one, &one, Some(&one));
    assert_eq!(CLONES.take(), 3);
    assert_eq!(call(future), 1);
    assert_eq!(CLONES.take(), 0);
}
