//! Sockets of workers that have died: until they are closed, it is not known whether a request was read.

use std::{
    future::Future,
    os::fd::OwnedFd,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Wake, Waker},
};

use offload_limits::succeeds;
use rustix::process::{
    Pid, PidfdFlags, PidfdGetfdFlags, Resource, Rlimit, Signal, getrlimit, pidfd_getfd, pidfd_open,
    setrlimit,
};
use tokio_offload_remote::{Config, Failure, Workers};

use crate::kit::{Task, again, remote, signal, stop, submit, until};

static OPEN: Workers = Config::new("open-socket").processes(1).build();

remote! {
    OPEN: fn open_pid() -> u32 { std::process::id() }
}

/// The descriptors of a process, as one has them that it forks.
fn descriptors_of(pid: u32) -> Vec<OwnedFd> {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let process = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    let all = (3..100).filter_map(|fd| pidfd_getfd(&process, fd, PidfdGetfdFlags::empty()).ok());
    all.collect()
}

/// Whether its caller was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// A call of a worker that has died and has not read it, while another process has its socket, too. Its caller was told of the death.
async fn of_the_dead(held: &mut Vec<OwnedFd>) -> Task<u32> {
    let pid = open_pid().await.unwrap();
    stop(pid);
    held.extend(descriptors_of(pid));
    let (woken, mut call) = (Arc::new(Woken::default()), open_pid());
    let waker = Waker::from(Arc::clone(&woken));
    let poll = Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
    assert!(poll.is_pending());
    signal(pid, Signal::KILL);
    until("it is told", || woken.0.load(SeqCst));
    call
}

/// Whether a request was read is known when the socket is closed.
#[tokio::test]
async fn a_call_of_a_dead_worker_waits_for_its_socket_to_close() {
    let mut held = Vec::new();
    let mut call = of_the_dead(&mut held).await;
    assert!(submit(&mut call).await.is_pending());
    held.clear();
    call.await.unwrap();
    assert_eq!((OPEN.stats().died, OPEN.stats().retried), (0, 1));
    // Not for ever.
    let end = of_the_dead(&mut held).await.await;
    assert!(matches!(end, Err(Failure::Died(_))), "{end:?}");
}

/// A program that allows itself no descriptors cannot ask. That is no answer.
#[tokio::test]
async fn a_socket_that_cannot_be_asked_is_not_closed() {
    let test = "workers::closing::a_socket_that_cannot_be_asked_is_not_closed";
    if let Some(mut command) = again(test) {
        return succeeds(&mut command);
    }
    let mut held = Vec::new();
    let mut call = of_the_dead(&mut held).await;
    let before = getrlimit(Resource::Nofile);
    let current = Some(0);
    setrlimit(Resource::Nofile, Rlimit { current, ..before }).unwrap();
    let waits = submit(&mut call).await.is_pending();
    setrlimit(Resource::Nofile, before).unwrap();
    assert!(waits);
    held.clear();
    call.await.unwrap();
}
