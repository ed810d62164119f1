//! Bodies that have waited for long before a call comes that they wait for: they look again, and it gets a spare thread.

use std::{thread, time::Duration};

use offload_tests::{drive, gate, in_time, multi_thread};
use tokio::sync::oneshot;
use tokio_offload::{Pool, block_on};

/// Longer than a body looks by itself whether calls wait for it to end.
const LONG: Duration = Duration::from_millis(2_500);

static OWN: Pool = Pool::new("relieved-own").threads(1);
static VIEW: Pool = Pool::shared("relieved-view").threads(1);

#[test]
fn a_call_that_comes_late_gets_a_spare_thread() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in [&OWN, &VIEW] {
            let (answer, answered) = oneshot::channel();
            let waits = pool.run(move || block_on(answered)).start();
            thread::sleep(LONG);
            runtime.spawn(async move { answer.send(pool.run(|| 7).await) });
            assert_eq!(drive(waits).unwrap(), Ok(7));
        }
    });
}

/// Within `block_on`, and yet not there: the thread is held by what the future does.
#[test]
fn a_call_that_its_thread_does_not_come_to_gets_a_spare_thread() {
    static HELD_OWN: Pool = Pool::new("relieved-held-own").threads(1);
    static HELD_VIEW: Pool = Pool::shared("relieved-held-view").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in [&HELD_OWN, &HELD_VIEW] {
            let held = pool.run(move || block_on(async move { drive(pool.run(|| 9)) }));
            assert_eq!(drive(held).unwrap(), 9);
        }
    });
}

/// The body cannot see that the call before it has ended.
#[test]
fn a_call_behind_a_long_call_on_a_spare_thread_gets_another() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in [&OWN, &VIEW] {
            let (release, released) = oneshot::channel::<()>();
            let (gate, key) = gate();
            let waits = pool.run(move || block_on(released)).start();
            let long = pool.run(move || gate.pass()).start();
            let behind = pool.run(|| 2).start();
            key.await_body();
            thread::sleep(LONG);
            key.open();
            assert_eq!(drive(behind), 2);
            drive(long);
            release.send(()).unwrap();
            assert_eq!(drive(waits).unwrap(), Ok(()));
        }
    });
}
