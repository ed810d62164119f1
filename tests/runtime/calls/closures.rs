//! `run_on`, `Rayon.run` and `spawn`: closures at any place, calls as tasks.

use std::{
    any::Any,
    future::ready,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use offload_tests::{Shelf, current_thread, drive, gate, multi_thread};
use tokio::{runtime::Handle, sync::oneshot};
use tokio_offload::{Executor, Inline, Offload, Pool, Rayon, run, run_on};

static FIXED: Pool = Pool::new("fixed").threads(1);

fn thread_name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn a_closure_runs_at_every_kind_of_place() {
    static DYNAMIC: &dyn Executor = &FIXED;
    assert_eq!(drive(run_on(&FIXED, thread_name)), "fixed-0");
    assert_eq!(drive(run_on(DYNAMIC, thread_name)), "fixed-0");

    let shared = Arc::new(Pool::new("shared-one").threads(1));
    assert_eq!(drive(run_on(&shared, thread_name)), "shared-one-0");
    assert_eq!(drive(run_on(shared, thread_name)), "shared-one-0");

    let dynamic: Arc<dyn Executor> = Arc::new(Pool::new("dynamic").threads(1));
    assert_eq!(drive(run_on(&dynamic, thread_name)), "dynamic-0");
    assert_eq!(drive(run_on(dynamic, thread_name)), "dynamic-0");

    let boxed: Box<dyn Executor> = Box::new(Pool::new("boxed").threads(1));
    assert_eq!(drive(run_on(boxed, thread_name)), "boxed-0");
    let boxed = Box::new(Pool::new("boxed-two").threads(1));
    assert_eq!(drive(run_on(boxed, thread_name)), "boxed-two-0");

    let here = thread::current().id();
    assert_eq!(drive(run_on(&Inline, || thread::current().id())), here);
    assert!(drive(
        run_on(&Rayon, || rayon::current_thread_index().is_some())
    ));
}

/// What looks like a future, holds one or may turn out to be one is returned like anything else.
#[test]
fn closures_return_everything_but_futures() {
    fn passed_on<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        run(f)
    }
    fn projected<I: Iterator<Item: Send> + Send + 'static>(
        mut items: I,
    ) -> Offload<Option<I::Item>> {
        FIXED.run(move || items.next())
    }
    let runtime = current_thread();
    let (sender, receiver) = oneshot::channel::<u8>();
    let (receiver,) = runtime.block_on(run(|| (receiver,)));
    runtime.block_on(run_on(&FIXED, || sender.send(1).unwrap()));
    assert_eq!(runtime.block_on(receiver), Ok(1));
    assert_eq!(
        runtime.block_on(runtime.block_on(passed_on(|| ready(2)))),
        2
    );
    assert_eq!(runtime.block_on(projected([3].into_iter())), Some(3));
    let inferred: u64 = runtime.block_on(run(|| "4".parse().unwrap()));
    let summed: i32 = runtime.block_on(Rayon.run(|| [4].into_iter().sum()));
    assert_eq!((inferred, summed), (4, 4));
    let boxed: Box<dyn Any + Send> = runtime.block_on(run(|| Box::new(5) as _));
    assert_eq!(boxed.downcast_ref(), Some(&5));
    assert_eq!(runtime.block_on(run(|| || 6))(), 6);
    assert!(
        runtime
            .block_on(run(|| panic!("nothing is returned")).outcome())
            .is_err()
    );
}

#[test]
fn a_handle_is_a_place() {
    let away = multi_thread();
    let call = run_on(away.handle().clone(), || Handle::current().id());
    assert_eq!(drive(call), away.handle().id());
    let shared: Arc<dyn Executor> = Arc::new(away.handle().clone());
    let call = run_on(shared, || Handle::current().id());
    assert_eq!(drive(call), away.handle().id());
}

#[test]
fn rayon_runs_closures() {
    assert!(drive(Rayon.run(|| rayon::current_thread_index().is_some())));
}

/// A task goes on without its handle, where a started call that is dropped does not.
#[test]
fn a_spawned_call_goes_on_without_its_handle() {
    let runtime = current_thread();
    let (body, key) = gate();
    let (say, said) = tokio::sync::oneshot::channel();
    runtime.block_on(async move {
        let task = run(move || {
            body.pass();
            say.send(tokio_offload::is_cancelled()).unwrap();
        });
        drop(task.spawn());
        key.await_body();
        key.open();
        assert!(!said.await.unwrap());
    });
}

#[test]
fn a_spawned_call_is_a_task() {
    let runtime = current_thread();
    runtime.block_on(async {
        assert_eq!(run(|| 5).spawn().await.unwrap(), 5);
        let error = run(|| panic!("planned")).spawn().await.unwrap_err();
        assert_eq!(*error.into_panic().downcast::<&str>().unwrap(), "planned");
        let (body, key) = gate();
        let task = run(move || body.pass()).spawn();
        key.await_body();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        key.open();
    });
}

/// Where there is no runtime for the task, the call is not submitted.
#[test]
fn a_call_is_not_spawned_outside_of_a_runtime() {
    let shelf = Shelf::default();
    let call = run_on(Arc::new(shelf.clone()), || 5);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(call.spawn()))).unwrap_err();
    let text = panic.downcast::<String>().map(|text| *text);
    assert!(text.is_ok_and(|text| text.contains("runtime")));
    assert!(shelf.is_empty());
}

/// A runtime is a place as its handle is, for as short as it is lent, and no call keeps it alive.
#[test]
fn a_runtime_is_a_place() {
    let runtime = Arc::new(multi_thread());
    let id = || Handle::current().id();
    let home = runtime.handle().id();
    assert_eq!(drive(run_on(&*runtime, id)), home);
    assert_eq!(drive(run_on(&runtime, id)), home);
    let call = run_on(Arc::clone(&runtime), id);
    assert_eq!(Arc::strong_count(&runtime), 1);
    assert_eq!(drive(call), home);
}
