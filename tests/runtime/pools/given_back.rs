//! A call that was handed to a body that waits, and comes back from it because that waits no more: its caller still gets it.

use std::{
    future::poll_fn,
    pin::pin,
    sync::mpsc::{Receiver, channel},
    task::Poll,
};

use offload_tests::{in_time, one_slot};
use tokio_offload::{Pool, block_on, run};

/// Waits in one poll until it hears, and is ready then.
async fn hears(from: Receiver<()>) {
    poll_fn(|_| {
        from.recv().unwrap();
        Poll::Ready(())
    })
    .await;
}

/// The one blocking thread is held by the caller. The call goes to a body that runs elsewhere in the place of the pool's own, and comes
/// back, and then nobody else is left to run it.
#[test]
fn a_call_that_comes_back_is_run_by_its_caller() {
    static ASIDE: Pool = Pool::new("given-aside").threads(1);
    static SHARED: Pool = Pool::shared("given-shared").threads(1);
    let (inside, is_inside) = channel();
    let (given, is_given) = channel();
    let answer = in_time(move || {
        let runtime = one_slot();
        let _entered = runtime.enter();
        let (begun, has_begun) = channel();
        let caller = run(move || {
            begun.send(()).unwrap();
            is_inside.recv().unwrap();
            block_on(async {
                let mut call = pin!(SHARED.run(|| 7).outcome());
                let first = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
                given.send(()).unwrap();
                match first {
                    Poll::Ready(end) => end,
                    Poll::Pending => call.await,
                }
            })
        })
        .start();
        has_begun.recv().unwrap();
        // Run in place on the thread aside, since the runtime has no other.
        let waits = move || {
            block_on(async {
                inside.send(()).unwrap();
                hears(is_given).await;
            })
        };
        let aside = ASIDE
            .run(move || block_on(SHARED.run(waits).outcome()))
            .start();
        let ended = runtime.block_on(aside);
        assert!(matches!(ended, Ok(Ok(Ok(())))), "{ended:?}");
        runtime.block_on(caller).unwrap().unwrap()
    });
    assert_eq!(answer, 7);
}
