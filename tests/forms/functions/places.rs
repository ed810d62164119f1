//! `pool = EXPR` together with other options and forms.

use std::{cell::RefCell, sync::Arc, thread};

use tokio::runtime::{Builder, Handle};
use tokio_offload::{Inline, Offload, Pool, block_on, offload};

use crate::{call, elsewhere};

static POOL: Pool = Pool::new("places").threads(1);
static VIEW: Pool = Pool::shared("view").threads(1);

fn is_here() -> bool {
    elsewhere();
    thread::current()
        .name()
        .is_some_and(|name| name.starts_with("places"))
}

#[offload(pool = POOL, blocking = twin_on_thread, crate = ::tokio_offload)]
fn all_options(text: &str) -> bool {
    is_here() && text.len() == 1
}

#[expect(clippy::too_many_arguments, reason = "counted on purpose")]
#[offload(pool = pool)]
fn past_twelve(
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
    pool: Arc<Pool>,
    text: &str,
) -> bool {
    drop(pool);
    elsewhere();
    text.len() == 2
}

#[offload(pool = POOL)]
fn recursive(n: u32) -> u32 {
    assert!(is_here());
    if n == 0 {
        return 0;
    }
    1 + block_on(recursive(n - 1)).unwrap()
}

#[offload(pool = POOL)]
fn opaque(path: impl AsRef<str>, by: impl Fn(usize) -> usize) -> impl Iterator<Item = usize> {
    assert!(is_here());
    0..by(path.as_ref().len())
}

#[offload(pool = POOL)]
fn never() -> ! {
    assert!(is_here());
    panic!("as it must")
}

#[offload(pool = VIEW)]
fn on_a_view(n: u8) -> u8 {
    elsewhere();
    n
}

/// Says what the thread is in its own way: `Inline` uses the caller's.
#[offload(pool = Inline)]
fn in_place(n: &str) -> usize {
    n.len()
}

#[offload(pool = runtime)]
fn on_another_runtime(runtime: Arc<Handle>) -> bool {
    elsewhere();
    Handle::current().id() == runtime.id()
}

trait Named {
    async fn on_pool(&self) -> bool;
}

#[derive(Clone)]
struct Unit;

impl Named for Unit {
    #[offload(pool = POOL)]
    fn on_pool(&self) -> bool {
        is_here()
    }
}

#[test]
fn a_pool_combines_with_other_options_and_forms() {
    assert!(call(all_options("a")));
    assert!(!twin_on_thread("a"));
    let pool = Arc::new(Pool::new("own").threads(1));
    assert!(call(past_twelve(
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, pool, "ab"
    )));
    assert_eq!(call(recursive(3)), 3);
    assert_eq!(call(opaque(String::from("ab"), |n| n * 2)).count(), 4);
    assert!(call(never().outcome()).is_err());
    assert_eq!(call(on_a_view(1)), 1);
    assert!(call(Unit.on_pool()));
    let other = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    assert!(call(on_another_runtime(Arc::new(other.handle().clone()))));
    assert_eq!(
        call(async {
            on_a_view(1).await;
            in_place("abc").await
        }),
        3
    );
}

thread_local! {
    /// What this thread has done to make a call.
    static NOTES: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn note(what: &'static str) -> &'static Pool {
    NOTES.with_borrow_mut(|notes| notes.push(what));
    &POOL
}

/// Notes that it is owned.
struct Noted(&'static str);

impl Clone for Noted {
    fn clone(&self) -> Self {
        note(self.0);
        Self(self.0)
    }
}

#[offload(pool = note("place"))]
fn noted(first: &Noted, second: &Noted) -> bool {
    is_here() && (first.0, second.0) == ("first", "second")
}

impl Noted {
    #[offload(pool = note("place"))]
    fn noted(&self, other: &Self) -> bool {
        is_here() && (self.0, other.0) == ("first", "second")
    }
}

#[test]
fn the_place_is_evaluated_at_the_call_before_arguments_are_owned() {
    let [first, second] = [Noted("first"), Noted("second")];
    let calls: [&dyn Fn() -> Offload<bool>; 2] =
        [&|| noted(&first, &second), &|| first.noted(&second)];
    for make in calls {
        let future = make();
        assert_eq!(NOTES.take(), ["place", "first", "second"]);
        assert!(call(future));
        assert!(NOTES.take().is_empty(), "nothing is left for the await");
    }
}
