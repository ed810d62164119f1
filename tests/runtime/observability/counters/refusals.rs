//! Calls that are turned away are counted as refused, whoever refuses them.

use std::{error::Error as StdError, sync::Arc};

use offload_tests::{Gate, Shelf, current_thread, drive, gate, in_time};
use tokio::runtime::Handle;
use tokio_offload::{
    __private::{self as p, On, Site},
    Error, Inline, Offload, Owner, Pool, block_on, offload,
};

use super::kit::{both, calls, ends, occupants, pool};

/// By a full queue: each try is a call, and so is the start that succeeds in the end.
#[test]
fn calls_refused_by_a_full_queue_are_counted() {
    #[offload(pool = POOL)]
    fn tries(gate: Option<Gate>) {
        if let Some(gate) = gate {
            gate.pass();
        }
    }
    static POOL: Pool = Pool::new("full").threads(1).queue_capacity(1);
    in_time(|| {
        let (gate, key) = gate();
        let held = tries(Some(gate)).start();
        key.await_body();
        let waits = tries(None).try_start().unwrap();
        let mut call = tries(None);
        for n in 1..=5 {
            call = call.try_start().unwrap_err().into_call();
            let seen = calls("refusals::tries");
            assert_eq!((seen.started, seen.refused), (2 + n, n));
            assert_eq!((seen.queued, seen.running), (1, 1));
            let seen = pool("full").unwrap().calls;
            assert_eq!((seen.started, seen.refused), (2 + n, n));
            assert_eq!((seen.queued, seen.running), (1, 1));
        }
        key.open();
        drive(held);
        drive(waits);
        drive(call.try_start().unwrap());
        drop(tries(None));
        let seen = both("refusals::tries", "full");
        assert_eq!(seen, [3, 0, 0, 5]);
    });
}

/// By a pool that is shut down, while they wait or after it.
#[test]
fn calls_refused_by_the_shutdown_of_a_pool_are_counted() {
    #[offload(pool = *pool)]
    fn ends_with(pool: &Arc<Pool>, gate: Option<Gate>) {
        let _ = pool;
        if let Some(gate) = gate {
            gate.pass();
        }
    }
    in_time(|| {
        let pool = Arc::new(Pool::new("shut down").threads(1));
        let (gate, key) = gate();
        let held = ends_with(&pool, Some(gate)).start();
        key.await_body();
        let waits = [(); 3].map(|()| ends_with(&pool, None).start());
        pool.shutdown();
        for call in waits {
            assert!(matches!(drive(call.outcome()), Err(Error::Shutdown)));
        }
        let late = drive(ends_with(&pool, None).outcome());
        assert!(matches!(late, Err(Error::Shutdown)));
        key.open();
        drive(held);
        let seen = both("refusals::ends_with", "shut down");
        assert_eq!(seen, [1, 0, 0, 4]);
    });
}

/// By the end of a runtime, which cannot be foreseen, or for want of one.
#[test]
fn calls_refused_by_the_end_of_the_runtime_are_counted() {
    #[offload(pool = VIEW)]
    fn viewed(gate: Option<Gate>) {
        if let Some(gate) = gate {
            gate.pass();
        }
    }
    #[offload]
    fn without_pool() {}
    static VIEW: Pool = Pool::shared("ending view").threads(1);
    in_time(|| {
        let runtime = current_thread();
        let (gate, key) = gate();
        let entered = runtime.enter();
        let held = viewed(Some(gate)).start();
        key.await_body();
        let waits = viewed(None).start();
        drop(entered);
        runtime.shutdown_background();
        assert!(matches!(drive(waits.outcome()), Err(Error::Shutdown)));
        key.open();
        drive(held);
        let none = drive(viewed(None).outcome());
        assert!(matches!(none, Err(Error::NoRuntime)));
        let seen = both("refusals::viewed", "ending view");
        assert_eq!(seen, [1, 0, 0, 2]);

        let refused = pool("blocking").map_or(0, |pool| pool.calls.refused);
        let none = drive(without_pool().outcome());
        assert!(matches!(none, Err(Error::NoRuntime)));
        let seen = calls("refusals::without_pool");
        assert_eq!(ends(&seen), [0, 0, 0, 1, 0]);
        assert_eq!(pool("blocking").unwrap().calls.refused, refused + 1);
    });
}

/// By a pool that cannot set up its threads, or has none.
#[test]
fn calls_refused_by_a_pool_without_threads_are_counted() {
    fn fails() -> Result<(), Box<dyn StdError + Send + Sync>> {
        Err("on purpose".into())
    }
    #[offload(pool = BROKEN)]
    fn broken() {}
    #[offload(pool = BARREN)]
    fn barren() {}
    static BROKEN: Pool = Pool::new("broken").threads(1).init(fails);
    static BARREN: Pool = Pool::new("barren").threads(1).stack_size(1 << 46);
    in_time(|| {
        for n in 1..=3 {
            assert!(matches!(drive(broken().outcome()), Err(Error::Init(_))));
            drive(BROKEN.idle());
            let seen = both("refusals::broken", "broken");
            assert_eq!(seen, [0, 0, 0, n]);
            assert!(matches!(drive(barren().outcome()), Err(Error::Thread(_))));
            let seen = both("refusals::barren", "barren");
            assert_eq!(seen, [0, 0, 0, n]);
        }
    });
}

/// By an executor of somebody else's, which has no account of its own.
#[test]
fn calls_refused_by_another_executor_are_counted() {
    static SITE: Site = Site::new("shelved", module_path!(), file!(), line!());
    let shelf = Shelf::default();
    let call = || -> Offload<()> { p::call0(&SITE, p::on(Arc::new(shelf.clone())), || ()) };
    let (ran, thrown_away) = (call().start(), call().start());
    shelf.take().run();
    shelf.take().refuse(Error::Full);
    drive(ran);
    assert!(matches!(drive(thrown_away.outcome()), Err(Error::Full)));
    let gone = call().start();
    drop(shelf.take());
    assert!(matches!(drive(gone.outcome()), Err(Error::Shutdown)));
    // One that the caller gave up is cancelled, whatever the executor does with it then.
    drop(call().start());
    drop(shelf.take());
    assert_eq!(ends(&calls("refusals::shelved")), [1, 0, 1, 2, 0]);
    drive(p::call0(&SITE, p::on(Arc::new(Inline)), || ()));
    assert_eq!(ends(&calls("refusals::shelved")), [2, 0, 1, 2, 0]);
}

/// By an owner that is poisoned, finished, or would wait for itself. The only owners of these tests.
#[test]
fn calls_refused_by_an_owner_are_counted() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 1).outcome()).unwrap();
        let again = owner.clone();
        let nested = owner.run(move |_| block_on(again.run(|_| ()).outcome()));
        let nested = current_thread().block_on(nested).unwrap();
        assert!(matches!(nested, Err(Error::WouldBlock)), "{nested:?}");
        let (gate, key) = gate();
        let held = owner.run(move |_| gate.pass()).start();
        key.await_body();
        drop(owner.run(|_| ()).start());
        let seen = pool("owner").unwrap();
        assert_eq!(
            (seen.threads, seen.limit, seen.longest_wait.clone()),
            (1, Some(1), None)
        );
        assert_eq!((seen.calls.queued, seen.calls.running), (0, 1));
        assert_eq!(occupants(&seen), [("tokio_offload::Owner::run", 1)]);
        key.open();
        drive(held);
        let strict = owner.poison_on_panic();
        assert!(drive(strict.run(|_| panic!("on purpose")).outcome()).is_err());
        let poisoned = drive(strict.run(|_| ()).outcome());
        assert!(matches!(poisoned, Err(Error::Poisoned)));
        let finished = drive(Owner::spawn(|| 2));
        assert_eq!(drive(finished.clone().finish(|two| two)), 2);
        assert!(matches!(
            drive(finished.run(|_| ()).outcome()),
            Err(Error::Shutdown)
        ));
        // Two spawned, nested one held, finished; a panic; one dropped in the queue; three refused.
        assert_eq!(ends(&pool("owner").unwrap().calls), [5, 1, 1, 3, 0]);
    });
}

/// A runtime's handle is the default executor of that runtime.
#[test]
fn the_handle_of_a_runtime_counts_as_the_default_executor() {
    static SITE: Site = Site::new("handled", module_path!(), file!(), line!());
    let runtime = current_thread();
    let handle: Handle = runtime.handle().clone();
    let before = pool("blocking").map_or(0, |pool| pool.calls.done);
    drive(p::call0(&SITE, p::on(Arc::new(handle)), || ()));
    runtime.block_on(p::call0(&SITE, On::Default, || ()));
    assert_eq!(ends(&calls("refusals::handled")), [2, 0, 0, 0, 0]);
    assert!(pool("blocking").unwrap().calls.done >= before + 2);
}

/// A caller who goes while the arguments of the refused call are being dropped leaves no body behind.
#[test]
fn a_call_that_is_being_refused_is_not_abandoned() {
    static SITE: Site = Site::new("leaving", module_path!(), file!(), line!());
    struct Holds(Gate);
    impl Drop for Holds {
        fn drop(&mut self) {
            self.0.pass();
        }
    }
    in_time(|| {
        let (shelf, (gate, key)) = (Shelf::default(), gate());
        let holds = Holds(gate);
        let on = p::on(Arc::new(shelf.clone()));
        let call: Offload<()> = p::call0(&SITE, on, move || drop(holds)).start();
        let job = shelf.take();
        let refusing = std::thread::spawn(move || job.refuse(Error::Full));
        key.await_body();
        drop(call);
        assert_eq!(ends(&calls("refusals::leaving")), [0, 0, 0, 1, 0]);
        key.open();
        refusing.join().unwrap();
        assert_eq!(ends(&calls("refusals::leaving")), [0, 0, 0, 1, 0]);
    });
}
