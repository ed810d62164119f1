//! Calls without a worker: what is refused before anything is started, and what stays of a wait.

use std::io;
use std::{os::unix::net::UnixStream, time::Duration};

use rustix::process::getpid;

use super::*;
use crate::{
    pool::{Workers, state::QueueEntry},
    process::{WorkerProcess, lease::Lease},
};

static ALARMS: Workers = Workers::new("alarms");
static POOL: Workers = Workers::new("uninitialised");
static FUNCTION: Function = Function::new("f", || &POOL, |_, _| Ok(()), |_| ());

fn children() -> String {
    std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default()
}

/// The one binary with this crate in which nothing has called `init`: the constructor is not in it.
#[tokio::test]
async fn without_init_nothing_is_started() {
    for _ in 0..3 {
        let call = POOL.call(&FUNCTION, Ok(POOL.take_buffer()), Vec::new());
        assert!(matches!(call.await, Err(Failure::NotInitialized)));
    }
    assert!(matches!(
        POOL.prewarm(1).await,
        Err(Failure::NotInitialized)
    ));
    let stats = POOL.stats();
    assert_eq!((stats.started, stats.processes, stats.refused), (0, 0, 3));
    assert_eq!(children(), "");
    let text = Failure::NotInitialized.to_string();
    assert!(text.contains("tokio_offload::init()"), "{text}");
}

/// A call that waits, with an alarm that keeps it until then.
fn queued() -> Arc<QueuedCall> {
    let request = Request::new("f", 1, ALARMS.take_buffer(), &Vec::new()).unwrap();
    let queued = QueuedCall::new(ALARMS.inner(), 1, request);
    Arc::clone(&queued).limit(Duration::from_secs(3600));
    assert_eq!(Arc::strong_count(&queued), 2);
    queued
}

#[test]
fn an_alarm_goes_with_the_wait_however_that_ends() {
    let left = queued();
    assert!(left.leave().is_none());
    assert_eq!(Arc::strong_count(&left), 1);

    let ended = queued();
    ended.end(Failure::Shutdown, Ended::Refused);
    assert_eq!(Arc::strong_count(&ended), 1);
    Arc::clone(&ended).limit(Duration::from_secs(3600));
    assert_eq!(Arc::strong_count(&ended), 1, "it waits no more");

    let begun = queued();
    let (socket, _theirs) = UnixStream::pair().unwrap();
    let (control, _) = UnixStream::pair().unwrap();
    let worker = WorkerProcess::new(getpid(), socket, control);
    begun.begin(Lease::new(Arc::new(worker)), 1);
    assert_eq!(Arc::strong_count(&begun), 1);
    // Its worker is this process, which must not be ended.
    mem::forget(begun.leave());
}

#[test]
fn a_refusal_of_the_system_is_no_lack_of_a_runtime() {
    let full = super::unregistered(&io::Error::from_raw_os_error(28));
    assert!(matches!(&full, Failure::Spawn(error) if error.kind() == io::ErrorKind::StorageFull));
    assert!(
        full.to_string()
            .contains("registered with the runtime: No space left"),
        "{full}"
    );
    let gone = super::unregistered(&io::Error::other("the runtime is being shut down"));
    assert!(matches!(gone, Failure::NoRuntime));
}
