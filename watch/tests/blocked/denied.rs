//! A test that denies blocking fails when its code blocks, and only then. The failure names the place.

use std::{panic, thread, time::Duration};

use tokio_offload_watch::{allow_blocking, deny_blocking, seen};

use super::support::{LIMIT, alone, single, workers};

/// Many times the limit.
const LONG_ENOUGH: Duration = LIMIT.saturating_mul(20);

/// Sleeps until that is reported.
#[inline(never)]
fn naps() {
    let reports = || seen().functions.iter().map(|it| it.reports).sum::<u64>();
    let before = reports();
    while reports() == before {
        thread::sleep(LONG_ENOUGH);
    }
}

/// Runs `body` as a test that denies blocking. Returns the message of its failure.
fn failure(runtime: &tokio::runtime::Runtime, body: fn()) -> Option<String> {
    let runs = || {
        runtime.block_on(async {
            let _denied = deny_blocking(LIMIT);
            tokio::task::yield_now().await;
            body();
        });
    };
    let failed = panic::catch_unwind(panic::AssertUnwindSafe(runs)).err()?;
    Some(match failed.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => (*other.downcast::<&str>().expect("a text")).to_owned(),
    })
}

#[test]
fn a_test_that_blocks_fails_with_the_place() {
    let _alone = alone();
    for runtime in [single(), workers(2)] {
        let text = failure(&runtime, naps).expect("it blocks");
        let start = "this test blocks its runtime for longer than 40ms:\n";
        assert!(text.starts_with(start), "{text}");
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert!(text.contains("denied::naps"), "{text}");
            assert!(text.contains("tests/blocked/denied.rs:"), "{text}");
        }
    }
}

#[test]
fn a_task_that_blocks_fails_the_test_that_spawned_it() {
    let _alone = alone();
    let runtime = workers(1);
    let text = failure(&runtime, || {
        let task = tokio::spawn(async { naps() });
        let waits = async { task.await.unwrap() };
        // The body runs inside `block_on`, and a function that is not async cannot await.
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(waits));
    });
    let text = text.expect("it blocks");
    assert!(text.contains("worker 0 has been blocked for"), "{text}");
}

#[test]
fn a_test_that_does_not_block_for_long_is_left_alone() {
    let _alone = alone();
    for runtime in [single(), workers(2)] {
        assert_eq!(failure(&runtime, || ()), None);
        let allowed = || allow_blocking(|| thread::sleep(LONG_ENOUGH));
        assert_eq!(failure(&runtime, allowed), None);
    }
}

#[test]
fn a_test_that_fails_by_itself_fails_with_its_own_words() {
    let _alone = alone();
    let text = failure(&single(), || {
        naps();
        panic!("its own");
    });
    assert_eq!(text.as_deref(), Some("its own"));
}

/// Another test in the same process blocks its thread at the same time.
#[test]
fn nobody_is_blamed_for_the_thread_of_another_runtime() {
    let _alone = alone();
    let (tell, told) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || {
        single().block_on(async {
            tell.send(()).unwrap();
            ended.recv().unwrap_err();
        });
    });
    told.recv().unwrap();
    let text = failure(&single(), naps).expect("it blocks");
    assert!(text.contains("denied::naps"), "{text}");
    drop(end);
    other.join().unwrap();
}
