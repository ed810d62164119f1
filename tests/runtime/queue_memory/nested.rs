//! Calls that a body of a full pool makes there and waits for: nothing is kept of them, though others wait all the time.

use std::sync::{Arc, mpsc};

use offload_tests::multi_thread;
use tokio_offload::{Offload, Pool, block_on};

use crate::{alone, live};

/// What may stay of any number of calls, with what others in this process do meanwhile.
const LITTLE: usize = 64 * 1024;

const BATCH: usize = 100;

/// Waits for so many batches: each call in a `block_on` of its own, all in one, and calls that were started before they are awaited.
fn wait_for(pool: &Pool, batches: usize) {
    let call = || pool.run(|| [1_u8; 100]);
    for _ in 0..batches {
        for _ in 0..BATCH {
            block_on(call()).unwrap();
        }
        let one_by_one = async {
            for _ in 0..BATCH {
                call().await;
            }
        };
        block_on(one_by_one).unwrap();
        let started: Vec<_> = (0..BATCH).map(|_| call().start()).collect();
        let all = async {
            for call in started {
                call.await;
            }
        };
        block_on(all).unwrap();
    }
}

#[test]
fn nothing_is_kept_of_calls_that_a_body_waited_for() {
    let _alone = alone();
    let runtime = multi_thread();
    let _entered = runtime.enter();
    let pool = Arc::new(Pool::new("nested").threads(1));
    let (inner, (gate, opened)) = (Arc::clone(&pool), mpsc::channel());
    let body = move || {
        opened.recv().unwrap();
        // What the queue grows to is not counted.
        wait_for(&inner, 2);
        let before = live();
        wait_for(&inner, 200);
        live().saturating_sub(before)
    };
    let call = pool.run(body).start();
    let others: Vec<Offload<()>> = (0..1_000).map(|_| pool.run(|| ()).start()).collect();
    gate.send(()).unwrap();
    let kept = runtime.block_on(call);
    assert!(kept <= LITTLE, "{kept} bytes are kept");
    for call in others {
        runtime.block_on(call);
    }
}
