//! Where a body runs, and its way back into async code.

use std::{future::pending, io, sync::mpsc, thread, time::Duration};

use offload_tests::{Key, current_thread, gate, in_time, multi_thread, one_slot};
use tokio::runtime::Handle;
use tokio_offload::{Error, block_on, check_cancelled, is_cancelled, on_cancel, run};

/// The caller's runtime is entered in the body, whichever runtime that is.
#[test]
fn the_runtime_handle_is_there() {
    for runtime in [current_thread(), multi_thread(), one_slot()] {
        let id = runtime.block_on(run(|| Handle::current().id()));
        assert_eq!(id, runtime.handle().id());
    }
}

/// X4.
#[test]
fn a_body_runs_async_code_on_the_callers_runtime() {
    for runtime in [current_thread(), multi_thread()] {
        let value = runtime.block_on(run(|| {
            block_on(async {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let spawned = tokio::spawn(async { Handle::current().id() });
                (spawned.await.unwrap(), Handle::current().id())
            })
        }));
        let id = runtime.handle().id();
        assert_eq!(value.unwrap(), (id, id));
    }
}

/// X4.
#[test]
fn an_error_of_the_async_code_is_a_value() {
    let error = current_thread().block_on(run(|| {
        block_on(async { Err::<(), _>(io::Error::other("async")) })
    }));
    assert_eq!(error.unwrap().unwrap_err().to_string(), "async");
}

/// X5: each level waits for the next, on one thread or on many.
#[test]
fn bodies_call_offloaded_functions_to_any_depth() {
    fn deep(levels: u32) -> u32 {
        match levels {
            0 => 0,
            _ => block_on(run(move || deep(levels - 1))).unwrap() + 1,
        }
    }
    in_time(|| {
        for runtime in [one_slot(), current_thread(), multi_thread()] {
            assert_eq!(runtime.block_on(run(|| deep(5))), 5);
        }
    });
}

/// X5: several at once from one body, with only one thread.
#[test]
fn a_body_joins_several_calls_on_the_only_thread() {
    in_time(|| {
        let sum = one_slot().block_on(run(|| {
            let both =
                async { tokio::join!(run(|| 1), run(|| 2), async { run(|| 4).start().await }) };
            let (a, b, c) = block_on(both).unwrap();
            a + b + c
        }));
        assert_eq!(sum, 7);
    });
}

/// X5, C9: the outer body's state is back after an inner body ran on its thread.
#[test]
fn an_inner_body_leaves_the_outer_one_as_it_was() {
    in_time(|| {
        one_slot().block_on(async {
            let (gate, key) = gate();
            let call = run(move || {
                let inner = block_on(run(is_cancelled)).unwrap();
                gate.pass();
                (inner, is_cancelled(), block_on(async {}).is_err())
            });
            let call = call.start();
            // Drive the runtime until the body has come back from its inner call.
            while !key.body_came() {
                tokio::task::yield_now().await;
            }
            call.cancel();
            key.open();
            assert_eq!(call.await, (false, true, true));
        });
    });
}

/// C8, X6: outside a body these are values, not panics.
#[test]
fn outside_a_body_block_on_and_on_cancel_are_refused() {
    fn outside() {
        assert!(!is_cancelled());
        assert!(matches!(check_cancelled(), Err(Error::NotInBody)));
        assert!(matches!(
            on_cancel(|| panic!("never run")),
            Err(Error::NotInBody)
        ));
        assert!(matches!(block_on(async {}), Err(Error::NotInBody)));
    }
    outside();
    let runtime = multi_thread();
    runtime.block_on(async {
        outside();
        tokio::spawn(async { outside() }).await.unwrap();
        tokio::task::spawn_blocking(outside).await.unwrap();
        // A thread that a body starts is not the body.
        run(|| thread::spawn(outside).join().unwrap()).await;
        // Nor is async code that it spawns.
        run(|| block_on(async { tokio::spawn(async { outside() }).await.unwrap() }).unwrap()).await;
    });
}

/// A body that waits for ever in `block_on`, and what it got in the end.
fn blocked_for_ever() -> (tokio_offload::Offload<bool>, Key) {
    let (gate, key) = gate();
    let call = run(move || {
        let forever = async {
            gate.pass();
            pending::<()>().await;
        };
        matches!(block_on(forever), Err(Error::Cancelled))
    });
    let call = call.start();
    key.await_body();
    key.open();
    (call, key)
}

/// C11.
#[test]
fn a_cancel_ends_the_async_code_of_a_body() {
    in_time(|| {
        current_thread().block_on(async {
            let (call, _key) = blocked_for_ever();
            call.cancel();
            assert!(call.await);
        });
    });
}

/// C11: also after another `block_on` inside it has ended.
#[test]
fn a_cancel_ends_the_outer_of_two_nested_block_ons() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let call = run(move || {
                let outer = async {
                    block_on(async {}).unwrap();
                    // Only the second poll is past the inner one, so that the outer waits parked.
                    tokio::task::yield_now().await;
                    gate.pass();
                    pending::<()>().await;
                };
                matches!(block_on(outer), Err(Error::Cancelled))
            });
            let call = call.start();
            // With the runtime driven, since `yield_now` may need it.
            while !key.body_came() {
                tokio::task::yield_now().await;
            }
            key.open();
            call.cancel();
            assert!(call.await);
        });
    });
}

/// C11.
#[test]
fn a_drop_does_not_end_the_async_code_of_a_body() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let (go, wait) = tokio::sync::oneshot::channel();
            let (tell, heard) = tokio::sync::oneshot::channel();
            let call = run(move || {
                let work = async {
                    gate.pass();
                    wait.await.unwrap()
                };
                tell.send(block_on(work)).unwrap();
            });
            let call = call.start();
            key.await_body();
            drop(call);
            key.open();
            go.send(8).unwrap();
            assert!(matches!(heard.await.unwrap(), Ok(8)));
        });
    });
}

/// X6: after its runtime has ended.
#[test]
fn async_code_after_the_runtimes_end_is_refused() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let (gate, key) = gate();
            let (tell, heard) = mpsc::channel();
            let entered = runtime.enter();
            run(move || {
                gate.pass();
                let nap = async { tokio::time::sleep(Duration::from_secs(3600)).await };
                let first = block_on(nap);
                let second = block_on(pending::<()>());
                tell.send((first, second)).unwrap();
            })
            .detach();
            drop(entered);
            key.await_body();
            runtime.shutdown_background();
            key.open();
            let heard = heard.recv().expect("nothing panics");
            assert!(
                matches!(heard, (Err(Error::Shutdown), Err(Error::Shutdown))),
                "{heard:?}"
            );
        }
    });
}
