//! R9: threads that stay for the next call keep nothing of the last.

use std::{hint::black_box, thread};

use offload_tests::{current_thread, drive, in_time};
use tokio_offload::{Offload, Owner, Pool, run};

use crate::{alone, live};

const LARGE: usize = 1 << 14;

/// A body that lies in its call with all its bytes.
fn large() -> impl FnOnce() -> usize + Send + 'static {
    let bytes = [1_u8; LARGE];
    move || black_box(&bytes).len()
}

/// No other call follows, which might end what the last one left.
fn leaves_nothing(call: impl Fn() -> Offload<usize>) {
    let before = live();
    for _ in 0..4 {
        let made = call();
        assert!(live() >= before + LARGE, "it is kept in the call");
        assert_eq!(drive(made), LARGE);
        // The thread may still be on its way to rest.
        while live() > before + LARGE / 2 {
            thread::yield_now();
        }
    }
}

#[test]
fn nothing_of_a_call_stays_behind_in_an_idle_thread() {
    let _alone = alone();
    in_time(|| {
        let runtime = current_thread();
        let _entered = runtime.enter();
        let dedicated = Pool::new("idle-memory").threads(1);
        leaves_nothing(|| dedicated.run(large()));
        let shared = Pool::shared("idle-memory-shared").threads(1);
        leaves_nothing(|| shared.run(large()));
        leaves_nothing(|| run(large()));
        let owner = drive(Owner::spawn(|| ()));
        leaves_nothing(|| {
            let body = large();
            owner.run(move |()| body())
        });
    });
}
