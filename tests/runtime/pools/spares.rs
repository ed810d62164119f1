//! Spare threads are threads of their pool: as large, and with its hooks. And waits in `block_on` end when the body is asked to stop.

use std::{future::pending, hint::black_box, sync::mpsc, thread};

use offload_tests::{Drops, drive, in_time, multi_thread};
use tokio_offload::{Error, Offload, Pool, block_on, run};

use super::kit::{Told, listen};

/// Runs `body` on a spare thread of a pool of one thread, which waits for it behind a task.
fn on_a_spare<R: Send + 'static>(
    pool: &'static Pool,
    body: impl FnOnce() -> R + Send + 'static,
) -> R {
    let runtime = multi_thread();
    let _entered = runtime.enter();
    let waits = pool.run(move || block_on(async move { tokio::spawn(pool.run(body)).await }));
    drive(waits).unwrap().unwrap()
}

#[test]
fn a_spare_thread_runs_the_hooks_of_its_pool() {
    static TOLD: Told<(&str, bool)> = Told::new();
    fn tell(what: &'static str) {
        let name = thread::current().name().map(str::to_owned);
        let spare = name.as_deref() == Some("spare-hooks-spare");
        TOLD.get().unwrap().send((what, spare)).unwrap();
    }
    static POOL: Pool = Pool::new("spare-hooks")
        .threads(1)
        .on_start(|| tell("start"))
        .on_stop(|| tell("stop"))
        .init(|| {
            tell("init");
            Ok(())
        });
    in_time(|| {
        let told = listen(&TOLD);
        on_a_spare(&POOL, || tell("body"));
        let heard: Vec<_> = told.iter().take(6).collect();
        let on = |which| move |(what, spare): &(_, bool)| (*spare == which).then_some(*what);
        let of_spare: Vec<_> = heard.iter().filter_map(on(true)).collect();
        let of_first: Vec<_> = heard.iter().filter_map(on(false)).collect();
        assert_eq!(of_spare, ["start", "init", "body", "stop"]);
        assert_eq!(of_first, ["start", "init"]);
    });
}

/// Four times the usual size is in use: a smaller stack would end here, and this program with it.
#[test]
fn a_spare_thread_has_a_stack_of_the_same_size() {
    static POOL: Pool = Pool::new("spare-stack").threads(1).stack_size(16 << 20);
    #[inline(never)]
    #[allow(clippy::large_stack_arrays, reason = "the stack is what is tested")]
    fn sum() -> usize {
        let bytes = [1_u8; 8 << 20];
        black_box(&bytes)
            .iter()
            .map(|byte| usize::from(*byte))
            .sum()
    }
    in_time(|| assert_eq!(on_a_spare(&POOL, sum), 8 << 20));
}

/// Begins to wait for ever in `block_on`, with a value in its future, and tells when it does.
fn waits(
    start: impl FnOnce(Box<dyn FnOnce() -> Result<(), Error> + Send>) -> Offload<Result<(), Error>>,
    drops: &Drops,
) -> Offload<Result<(), Error>> {
    let (tell, told) = mpsc::channel();
    let probe = drops.probe();
    let call = start(Box::new(move || {
        block_on(async move {
            let _probe = probe;
            tell.send(()).unwrap();
            let () = pending().await;
        })
    }));
    let call = call.start();
    told.recv().unwrap();
    call
}

/// As the guide says: it ends, the future is dropped, and the body goes on.
#[test]
fn block_on_ends_when_its_body_is_asked_to_stop() {
    static SHUT: Pool = Pool::new("asked-to-stop").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let entered = runtime.enter();
        let drops = Drops::default();

        let cancelled = waits(run, &drops);
        cancelled.cancel();
        assert!(matches!(drive(cancelled), Err(Error::Cancelled)));
        assert_eq!(drops.count(), 1);

        let shut = waits(|body| SHUT.run(body), &drops);
        SHUT.shutdown();
        assert!(matches!(drive(shut), Err(Error::Shutdown)));
        assert_eq!(drops.count(), 2);

        let left = waits(run, &drops);
        drop(entered);
        runtime.shutdown_background();
        assert!(matches!(drive(left), Err(Error::Shutdown)));
        assert_eq!(drops.count(), 3);
    });
}
