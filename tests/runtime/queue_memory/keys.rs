//! Many keys in one pool, each with a call of its own.

use std::{ops::Range, sync::mpsc};

use tokio::runtime::Builder;
use tokio_offload::{Offload, Pool, run_on};

use crate::{alone, live};

/// How many keys wait at once.
const KEYS: usize = 20_000;

/// What a pool may keep that has seen them, with what others in this process do meanwhile.
const LITTLE: usize = 64 * 1024;

/// Whether their calls have run or were dropped.
#[test]
fn nothing_is_kept_of_keys_without_calls() {
    let _alone = alone();
    let pool = Pool::new("counted-keys").threads(1);
    run_some_and_drop_some(&pool, 10);
    let before = live();
    for _ in 0..2 {
        run_some_and_drop_some(&pool, KEYS);
        kept_since(before);
    }
}

/// A pool in which a few keys always wait has no moment without keys.
#[test]
fn keys_in_use_do_not_keep_others_in_memory() {
    let _alone = alone();
    let pool = Pool::new("counted-keys-that-wait").threads(1);
    behind_a_body(&pool, || {
        let waiting = calls(&pool, 0..100);
        let before = live();
        drop(calls(&pool, 100..KEYS));
        kept_since(before);
        drop(waiting);
    });
}

/// Calls of so many keys wait at once. A third of them are dropped before a thread comes to them, the others run.
fn run_some_and_drop_some(pool: &Pool, keys: usize) {
    let runtime = Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let calls = behind_a_body(pool, || {
        let mut calls = calls(pool, 0..keys);
        let mut key = 0;
        calls.retain(|_| {
            key += 1;
            key % 3 != 0
        });
        calls
    });
    runtime.block_on(async {
        for call in calls {
            call.await;
        }
        pool.idle().await;
    });
}

/// A call of each key.
fn calls(pool: &Pool, keys: Range<usize>) -> Vec<Offload<usize>> {
    keys.map(|key| run_on(pool.share(key), move || key).start())
        .collect()
}

/// What `f` returns, while the only thread of the pool is taken.
fn behind_a_body<T>(pool: &Pool, f: impl FnOnce() -> T) -> T {
    let (release, released) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    pool.run(move || {
        tell.send(()).unwrap();
        released.recv().is_err()
    })
    .detach();
    told.recv().unwrap();
    let result = f();
    drop(release);
    result
}

fn kept_since(before: usize) {
    let kept = live().saturating_sub(before);
    assert!(kept <= LITTLE, "{kept} bytes are kept");
}
