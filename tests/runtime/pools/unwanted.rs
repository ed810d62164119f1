//! Results that nobody wants: what their `Drop` asks and waits for is asked by the body, on its thread.

use std::sync::mpsc;

use offload_tests::{drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Offload, Owner, Pool, block_on, current_pool, is_cancelled, on_cancel};

/// Tells what `ask` returns as it is dropped.
struct Asks<T>(mpsc::Sender<T>, fn() -> T);

impl<T> Drop for Asks<T> {
    fn drop(&mut self) {
        let _ = self.0.send((self.1)());
    }
}

/// What the result of a call that is dropped while its body runs is told, as it is dropped.
fn asked<T: Send + 'static>(
    start: impl Fn(Box<dyn FnOnce() -> Asks<T> + Send>) -> Offload<Asks<T>>,
    ask: fn() -> T,
) -> T {
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let call = start(Box::new(move || {
        gate.pass();
        Asks(tell, ask)
    }));
    let call = call.start();
    key.await_body();
    drop(call);
    key.open();
    told.recv().unwrap()
}

#[test]
fn its_drop_is_a_part_of_the_body() {
    static POOL: Pool = Pool::new("unwanted").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let ask = || (current_pool(), is_cancelled(), POOL.stats().running);
        let told = asked(|body| POOL.run(body), ask);
        assert_eq!(told, (Some("unwanted"), true, 1));
        let nested = asked(|body| POOL.run(body), || block_on(POOL.run(|| 5)));
        assert!(matches!(nested, Ok(5)), "{nested:?}");
        drive(POOL.idle());
        assert_eq!(POOL.stats().running, 0);
    });
}

/// In a `block_on` that is not ours, and for a pool whose only thread it has: it would wait for ever, and every later call.
#[test]
fn its_drop_may_wait_for_a_call_of_the_same_pool() {
    static POOL: Pool = Pool::new("unwanted-waits").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let other = asked(|body| POOL.run(body), || drive(POOL.run(|| 6).outcome()));
        assert!(matches!(other, Ok(6)), "{other:?}");
        assert_eq!(drive(POOL.run(|| 7)), 7);
    });
}

/// An owner has no other thread, so such a call is refused.
#[test]
fn its_drop_is_refused_a_call_of_the_same_owner() {
    static OWNER: std::sync::OnceLock<Owner<u8>> = std::sync::OnceLock::new();
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let owner = OWNER.get_or_init(|| drive(Owner::spawn(|| 3)));
        let call = || drive(OWNER.get().unwrap().run(|value| *value).outcome());
        let refused = asked(|body| owner.run(|_| body()), call);
        assert!(matches!(refused, Err(Error::WouldBlock)), "{refused:?}");
        assert_eq!(drive(owner.run(|value| *value)), 3);
    });
}

/// What an action holds that never runs goes like such a result.
#[test]
fn what_an_action_holds_may_wait_for_a_call_of_the_same_pool() {
    static POOL: Pool = Pool::new("unwanted-action").threads(1);

    fn told_by(ask: fn() -> Result<u8, Error>) -> Result<u8, Error> {
        let (tell, told) = mpsc::channel();
        let held = Asks(tell, ask);
        drive(POOL.run(move || on_cancel(move || drop(held)))).unwrap();
        told.recv().unwrap()
    }
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let other = told_by(|| drive(POOL.run(|| 6).outcome()));
        assert!(matches!(other, Ok(6)), "{other:?}");
        let ours = told_by(|| block_on(POOL.run(|| 7)));
        assert!(matches!(ours, Ok(7)), "{ours:?}");
        // One that is registered meanwhile is forgotten.
        let again = told_by(|| on_cancel(|| panic!("it never runs")).map(|()| 8));
        assert!(matches!(again, Ok(8)), "{again:?}");
        assert_eq!(drive(POOL.run(|| 9)), 9);
    });
}
