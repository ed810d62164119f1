//! Which thread writes large arguments, and under which runtime.

use std::thread;

use tokio::{
    runtime::Builder,
    task::{JoinSet, yield_now},
};
use tokio_offload::{Error, Workers, block_on, offload, run};

use crate::{
    Failed,
    large::{End, MANY, Value, length, meeting, value},
    poll_once,
};

/// A body is on a thread that may block. All such threads may have bodies that wait.
#[tokio::test]
async fn a_body_writes_its_arguments_itself() {
    let (end, mut arrivals, go_on) = meeting();
    go_on.send(()).unwrap();
    let body = run(move || {
        let length = block_on(length(value(MANY, end))).unwrap();
        (thread::current().id(), length.unwrap())
    });
    let (there, length) = body.await;
    assert_eq!((arrivals.recv().await, length), (Some(there), MANY));
}

#[test]
fn outside_of_a_runtime_they_are_written_at_once() {
    let (end, mut arrivals, go_on) = meeting();
    go_on.send(()).unwrap();
    let call = length(value(MANY, end));
    assert_eq!(arrivals.try_recv(), Ok(thread::current().id()));
    assert_eq!(
        offload_tests::current_thread().block_on(call).unwrap(),
        MANY
    );
}

/// If there is no thread, they are written where the call is awaited.
#[test]
fn large_arguments_need_no_thread() {
    offload_tests::limit_all();
    let barren = Builder::new_current_thread()
        .enable_all()
        .thread_stack_size(1 << 46)
        .build()
        .expect("a runtime");
    for _ in 0..3 {
        let call = async { length(value(MANY, End::Plain)).await };
        assert_eq!(barren.block_on(call).unwrap(), MANY);
    }
}

/// A body holds the only blocking thread and waits for a call that was made outside of it.
#[test]
fn large_arguments_need_no_thread_beside_that_which_waits() {
    offload_tests::limit_all();
    let narrow = offload_tests::one_slot();
    narrow.block_on(async {
        for is_started in [false, true] {
            let mut call = length(value(MANY, End::Plain));
            if is_started {
                call = call.start();
            }
            let body = run(move || block_on(call));
            assert_eq!(body.await.unwrap().unwrap(), MANY);
        }
    });
}

/// A call that is not begun belongs to no runtime.
#[test]
fn a_call_may_begin_under_another_runtime() {
    offload_tests::limit_all();
    let first = offload_tests::current_thread();
    let call = first.block_on(async { length(value(MANY, End::Plain)) });
    drop(first);
    let second = offload_tests::current_thread();
    assert_eq!(second.block_on(call).unwrap(), MANY);
}

/// The thread that writes goes with its runtime.
#[test]
fn a_call_that_is_written_ends_with_its_runtime() {
    let (end, mut arrivals, go_on) = meeting();
    let first = offload_tests::current_thread();
    let call = first.block_on(async {
        let call = length(value(MANY, end)).start();
        arrivals.recv().await.expect("it is being written");
        call
    });
    let ends = thread::spawn(move || drop(first));
    let second = offload_tests::current_thread();
    let error = second.block_on(call.outcome()).unwrap_err();
    assert!(matches!(error, Error::Shutdown), "{error}");
    go_on.send(()).unwrap();
    ends.join().unwrap();
}

static FATED: Workers = Workers::new("large-fates").processes(2).queue_capacity(0);

#[offload(remote = FATED)]
fn fated(value: Value, dies: bool) -> Result<usize, Failed> {
    if dies {
        std::process::abort();
    }
    Ok(value.bytes.len())
}

/// Whatever becomes of a call while its arguments are written: it ends, and gives back the room that it took.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_end_in_each_way_while_they_are_written() {
    offload_tests::limit_all();
    let mut tasks = JoinSet::new();
    for number in 0..150_u32 {
        tasks.spawn(async move {
            let dies = number % 4 == 0;
            let mut call = fated(value(MANY, End::Plain), dies);
            match number % 5 {
                0 => assert_eq!(call.await.is_err(), dies),
                1 => assert_eq!(call.start().await.is_err(), dies),
                2 => drop(call.start()),
                3 => {
                    let call = call.start();
                    call.cancel();
                    assert!(matches!(
                        call.outcome().await,
                        Ok(_) | Err(Error::Cancelled | Error::WorkerDied(_))
                    ));
                }
                _ => drop(poll_once(&mut call).await),
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    // A call that was dropped as a thread had it gives its room back a moment later.
    for _ in 0..2 {
        let mut call = fated(value(MANY, End::Plain), false);
        let started = loop {
            match call.try_start() {
                Ok(started) => break started,
                Err(refused) => call = refused.into_call(),
            }
            yield_now().await;
        };
        assert_eq!(started.await.unwrap(), MANY);
    }
}
