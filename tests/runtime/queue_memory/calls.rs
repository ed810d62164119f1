//! What a call costs beside its body: allocations, and bytes next to those of `spawn_blocking`.

use std::{hint::black_box, sync::Arc};

use offload_tests::{child, multi_thread};
use tokio::{runtime::Handle, task::spawn_blocking};
use tokio_offload::{__private::Site, Pool, carry};

use crate::{
    allocations, alone, live,
    places::{self, Place, Stuck},
};

const CALLS: usize = 20_000;

/// Built together with `tests/runtime/observability` the library has all its features, and a site has room for what it measures.
const MEASURED: bool = size_of::<Site>() > size_of::<(&str, &str, &str, u32)>();

/// Allocations of all, rounded to those of each, and the bytes of all. The calls themselves are counted with the heap's.
fn cost<C>(mut call: impl FnMut(usize) -> C) -> (usize, usize) {
    let mut waiting = Vec::with_capacity(CALLS);
    let (before, bytes) = (allocations(), live());
    waiting.extend((0..CALLS).map(|n| Box::new(call(n))));
    let (after, more) = (allocations() - before, live() - bytes);
    // Less that of the box.
    ((after + CALLS / 2) / CALLS - 1, more)
}

#[test]
fn a_waiting_call_is_one_allocation() {
    let _alone = alone();
    let all = places::all();
    let default = all.iter().find(|stuck| stuck.name == "default").unwrap();
    let blocking = default.runtime.handle();
    let (_, raw) = cost(|n| spawn_raw(blocking, n));
    for stuck in &all {
        let (each, bytes) = cost(|n| stuck.start(black_box([n, n])));
        assert_eq!(each, 1 + of_the_place(stuck), "{}", stuck.name);
        // A call that is measured remembers when it began to wait, and more at an owner.
        let most = match stuck.name {
            "owner" if MEASURED => 8,
            _ if MEASURED => 6,
            _ => 5,
        };
        assert!(bytes * 10 < raw * most, "{}: {bytes} of {raw}", stuck.name);
    }
}

/// A level of a pool with a key is made for each call there.
fn of_the_place(stuck: &Stuck) -> usize {
    usize::from(stuck.name == "classes")
}

fn spawn_raw(blocking: &Handle, n: usize) -> tokio::task::JoinHandle<()> {
    let _entered = blocking.enter();
    let owned = [n, n];
    spawn_blocking(move || {
        black_box(owned);
    })
}

#[test]
fn a_call_that_sends_for_a_thread_is_two_allocations() {
    let _alone = alone();
    let runtime = multi_thread();
    let places = [
        Place::Default,
        Place::Attribute,
        Place::Pool(Pool::new("counted-sends").threads(1)),
        Place::Pool(Pool::shared("counted-sends-shared").threads(1)),
    ];
    for (number, place) in places.into_iter().enumerate() {
        let spent = runtime.block_on(async {
            for _ in 0..100 {
                place.call(()).await;
            }
            let before = allocations();
            for _ in 0..1_000 {
                place.call(()).await;
            }
            allocations() - before
        });
        // A thread that is called by what it runs has to remember the name it had. No feature but that one allocates here.
        let most = if MEASURED { 3_050 } else { 2_050 };
        assert!(spent < most, "place {number}: {spent}");
    }
}

/// In a process of its own, because what comes along does so from then on.
#[test]
fn a_value_that_comes_along_is_four_allocations() {
    let _alone = alone();
    let output = child("calls::with_a_value");
    assert!(output.status.success(), "{output:?}");
}

tokio::task_local! {
    /// The name of a request, as services have it.
    static REQUEST: Arc<str>;
}

#[test]
#[ignore = "a part of the test above"]
fn with_a_value() {
    carry(&REQUEST);
    for stuck in places::all() {
        let request = Arc::from("request-7");
        let (each, _) = REQUEST.sync_scope(request, || cost(|n| start(&stuck, n)));
        assert_eq!(each, 1 + of_the_place(&stuck) + 4, "{}", stuck.name);
    }
}

fn start(stuck: &Stuck, n: usize) -> tokio_offload::Offload<()> {
    stuck.start(black_box([n, n]))
}
