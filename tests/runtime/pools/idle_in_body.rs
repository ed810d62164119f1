//! Bodies that wait until their own pool is idle: none of them ends, and there is a warning.

use std::{io, process, thread, time::Duration};

use offload_tests::{assert_says, drive, multi_thread};
use tokio_offload::{Pool, block_on, run};

/// M3.
#[test]
fn a_body_that_waits_until_its_own_pool_is_idle_gives_a_warning() {
    let waits = [
        "pool `idle-own`: a body waits for `idle()`",
        "pool `idle-view`: a body waits for `idle()`",
        "pool `idle-through`: a body waits for `idle()`",
    ];
    let none = &["pool `idle-other`: a body waits"];
    assert_says("pools::idle_in_body::child_waits", waits, none);
}

#[test]
#[ignore = "run by a_body_that_waits_until_its_own_pool_is_idle_gives_a_warning, which ends it"]
fn child_waits() {
    static OTHER: Pool = Pool::new("idle-other").threads(1);
    static OWN: Pool = Pool::new("idle-own").threads(1);
    static VIEW: Pool = Pool::shared("idle-view").threads(1);
    static THROUGH: Pool = Pool::new("idle-through").threads(1);
    let runtime = multi_thread();
    let _entered = runtime.enter();
    let busy = OTHER.run(|| thread::sleep(Duration::from_millis(1)));
    busy.detach();
    drive(run(|| block_on(OTHER.idle()))).unwrap();
    OWN.run(|| drive(OWN.close())).detach();
    VIEW.run(|| block_on(VIEW.idle())).detach();
    let waits = || block_on(run(|| block_on(THROUGH.idle())));
    THROUGH.run(waits).detach();
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}
