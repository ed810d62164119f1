//! Callers that go or cancel, and what becomes of the body.

use std::{task::Poll, time::Duration};

use serde_bytes::ByteBuf;
use tokio_offload_remote::{Config, Failure, Workers, stop_requested};

use crate::kit::{
    Gate,
    bodies::{spin, until_asked},
    exists, has_ended, one, remote, say, stop, submit, until, wait,
};

static KILL: Workers = one("kill").build();
static DETACH: Workers = one("detach").detach_on_drop().build();
static DETACH_LIMIT: Workers = one("detach-limit")
    .detach_on_drop()
    // The body gets to its gate before that.
    .timeout(Duration::from_secs(5))
    .build();
static GRACE: Workers = one("grace").grace(Duration::from_secs(60)).build();
static SHORT: Workers = one("short").grace(Duration::from_millis(50)).build();
static OTHERS: Workers = Config::new("others").processes(2).build();
static RACE: Workers = Config::new("race")
    .processes(2)
    .grace(Duration::from_secs(60))
    .build();

remote! {
    KILL: fn kill_spin(gate: String) -> () { spin(&gate) }
    KILL: fn kill_mark(gate: String) -> () { say(&gate, "ran") }
    KILL: fn kill_pid() -> u32 { std::process::id() }
    KILL: fn kill_large(data: ByteBuf) -> usize { data.len() }
    DETACH: fn detach_at(gate: String, file: String) -> u32 {
        wait(&gate);
        std::fs::write(file, "finished").unwrap();
        std::process::id()
    }
    DETACH: fn detach_dies(gate: String) -> () { wait(&gate); std::process::abort() }
    DETACH: fn detach_pid() -> u32 { std::process::id() }
    DETACH_LIMIT: fn detach_spin(gate: String) -> () { spin(&gate) }
    GRACE: fn grace_until_asked(gate: String) -> u32 { until_asked(&gate) }
    GRACE: fn grace_pid() -> (u32, bool) { (std::process::id(), stop_requested()) }
    SHORT: fn stubborn(gate: String) -> () {
        // The shell and what it starts ignore the question as well.
        let mut child = std::process::Command::new("sh")
            .args(["-c", "trap '' TERM; sleep 1000 & sleep 1000"])
            .spawn()
            .unwrap();
        let grandchild = || {
            let path = format!("/proc/{0}/task/{0}/children", child.id());
            let children = std::fs::read_to_string(path).unwrap_or_default();
            Some(children.split_whitespace().next()?.to_owned())
        };
        let grandchild = loop {
            if let Some(pid) = grandchild() { break pid }
        };
        say(&gate, &format!("{} {} {grandchild}", std::process::id(), child.id()));
        loop { let _ = child.wait(); }
    }
    OTHERS: fn other_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    OTHERS: fn other_spin(gate: String) -> () { spin(&gate) }
    RACE: fn race(turns: u32) -> bool {
        let stopped = stop_requested();
        for _ in 0..turns { std::hint::spin_loop() }
        stopped
    }
}

#[tokio::test]
async fn a_dropped_call_ends_a_loop_that_never_would() {
    let gate = Gate::new();
    let first = kill_pid().await.unwrap();
    let call = tokio::spawn(kill_spin(gate.path()));
    assert_eq!(gate.reached().await, first.to_string());
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    until("the process is gone", || !exists(first));
    assert_ne!(kill_pid().await.unwrap(), first);
    assert_eq!((KILL.stats().cancelled, KILL.stats().died), (1, 0));
    // Waiting calls that go never run, in whatever order.
    let call = tokio::spawn(kill_spin(gate.path()));
    gate.reached().await;
    let second = Gate::new();
    let mut waiting: Vec<_> = (0..6).map(|_| kill_mark(second.path())).collect();
    let mut last = kill_pid();
    for call in &mut waiting {
        assert!(submit(call).await.is_pending());
    }
    assert!(submit(&mut last).await.is_pending());
    for at in [5, 0, 2, 2, 0, 0] {
        drop(waiting.remove(at));
    }
    call.abort();
    last.await.unwrap();
    assert_eq!(KILL.stats().cancelled, 8);
    // Dropped while its request is half sent: it has not run, and the next one does.
    stop(kill_pid().await.unwrap());
    let mut large = kill_large(ByteBuf::from(vec![1; 32 << 20]));
    assert!(submit(&mut large).await.is_pending());
    assert!(!large.is_running());
    drop(large);
    kill_pid().await.unwrap();
}

#[tokio::test]
async fn a_cancelled_call_can_be_awaited() {
    let gate = Gate::new();
    // Running, without a grace.
    let mut call = other_spin(gate.path());
    assert!(submit(&mut call).await.is_pending());
    let pid: u32 = gate.reached().await.parse().unwrap();
    call.cancel();
    call.cancel();
    assert!(matches!(call.await, Err(Failure::Cancelled)));
    assert!(!exists(pid));
    // Waiting.
    let (first, second) = (Gate::new(), Gate::new());
    let running = [&first, &second].map(|gate| tokio::spawn(other_at(gate.path())));
    first.reached().await;
    second.reached().await;
    let mut waiting = other_at(gate.path());
    assert!(submit(&mut waiting).await.is_pending());
    waiting.cancel();
    assert!(matches!(waiting.await, Err(Failure::Cancelled)));
    first.open().await;
    second.open().await;
    for call in running {
        call.await.unwrap().unwrap();
    }
    assert_eq!(OTHERS.stats().cancelled, 2);
}

#[tokio::test]
async fn killing_one_calls_worker_ends_no_other_call() {
    static MANY: Workers = Config::new("many").processes(3).build();
    remote! {
        MANY: fn many_at(gate: String) -> u32 { wait(&gate); std::process::id() }
        MANY: fn many_spin(gate: String) -> () { spin(&gate) }
    }
    let (gate, other) = (Gate::new(), Gate::new());
    let stays = tokio::spawn(many_at(gate.path()));
    let pid = gate.reached().await;
    for _ in 0..10 {
        let call = tokio::spawn(many_spin(other.path()));
        other.reached().await;
        call.abort();
    }
    MANY.prewarm(3).await.unwrap();
    gate.open().await;
    assert_eq!(stays.await.unwrap().unwrap().to_string(), pid);
    assert_eq!((MANY.stats().died, MANY.stats().cancelled), (0, 10));
}

#[tokio::test]
async fn a_detached_body_runs_to_its_end_and_its_worker_is_used_again() {
    let gate = Gate::new();
    let file = format!("{}/file", gate.path());
    let call = tokio::spawn(detach_at(gate.path(), file.clone()));
    let pid = gate.reached().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    // Its place stays taken.
    assert_eq!(DETACH.stats().running, 1);
    let mut next = detach_pid();
    assert!(submit(&mut next).await.is_pending());
    gate.open().await;
    assert_eq!(next.await.unwrap().to_string(), pid);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "finished");
    assert_eq!(DETACH.stats().started, 1);
    // One that dies alone is noticed too.
    let call = tokio::spawn(detach_dies(gate.path()));
    gate.reached().await;
    call.abort();
    let _ = call.await;
    gate.open().await;
    assert_ne!(detach_pid().await.unwrap().to_string(), pid);
    DETACH.idle().await;
    let stats = DETACH.stats();
    assert_eq!((stats.done, stats.died, stats.cancelled), (3, 1, 0));
}

#[tokio::test]
async fn a_detached_body_keeps_to_its_limit() {
    let gate = Gate::new();
    let call = tokio::spawn(detach_spin(gate.path()));
    let pid: u32 = gate.reached().await.parse().unwrap();
    call.abort();
    let _ = call.await;
    until("the process is gone", || !exists(pid));
    DETACH_LIMIT.idle().await;
    assert_eq!(DETACH_LIMIT.stats().timed_out, 1);
}

#[tokio::test]
async fn a_body_with_grace_is_asked_and_may_answer() {
    let gate = Gate::new();
    let mut call = grace_until_asked(gate.path());
    assert!(submit(&mut call).await.is_pending());
    let pid = gate.reached().await;
    call.cancel();
    assert_eq!(call.await.unwrap().to_string(), pid);
    // The worker has gone after it, and the next one was asked nothing.
    let (next, asked) = grace_pid().await.unwrap();
    assert_ne!(next.to_string(), pid);
    assert!(!asked);
    // The same when the caller goes.
    let call = tokio::spawn(grace_until_asked(gate.path()));
    let pid: u32 = gate.reached().await.parse().unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    until("the process is gone", || !exists(pid));
    GRACE.idle().await;
    assert_eq!((GRACE.stats().died, GRACE.stats().cancelled), (0, 1));
}

#[tokio::test]
async fn a_body_that_ignores_the_question_is_killed_with_what_it_started() {
    let gate = Gate::new();
    let mut call = stubborn(gate.path());
    assert!(submit(&mut call).await.is_pending());
    let said = gate.reached().await;
    let pids: Vec<u32> = said.split(' ').map(|pid| pid.parse().unwrap()).collect();
    assert!(pids.len() == 3 && pids.iter().all(|pid| exists(*pid)));
    call.cancel();
    assert!(matches!(call.await, Err(Failure::Cancelled)));
    for pid in pids {
        until("all of the group is gone", || has_ended(pid));
    }
}

/// Cancellation in every moment around the end of a body: one outcome, and nothing of it for the next call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancellation_and_completion_have_one_outcome() {
    let mut outcomes = [0; 2];
    for round in 0..400_u32 {
        let mut call = race(round * 37 % 2000);
        let outcome = match submit(&mut call).await {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => {
                for _ in 0..round % 50 {
                    tokio::task::yield_now().await;
                }
                call.cancel();
                call.await
            }
        };
        match outcome {
            Ok(_) => outcomes[0] += 1,
            Err(Failure::Cancelled) => outcomes[1] += 1,
            Err(other) => panic!("{other:?}"),
        }
        assert!(!race(0).await.unwrap(), "asked to stop for another call");
    }
    RACE.idle().await;
    let stats = RACE.stats();
    assert_eq!(
        (stats.done, stats.cancelled),
        (400 + outcomes[0], outcomes[1])
    );
}

/// A worker leads a session, which nobody can leave; what it starts can leave its group.
#[tokio::test]
async fn what_is_in_another_group_is_killed_all_the_same() {
    use std::os::unix::process::CommandExt;
    static MOVED: Workers = one("other-group").build();
    remote! {
        MOVED: fn moved(gate: String) -> () {
            let group = rustix::process::getpgid(rustix::process::getppid()).unwrap();
            assert!(rustix::process::setpgid(None, Some(group)).is_err());
            let mut child = std::process::Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
            say(&gate, &format!("{} {}", std::process::id(), child.id()));
            drop(child.wait());
        }
    }
    let gate = Gate::new();
    let call = tokio::spawn(moved(gate.path()));
    let pids = gate.reached().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    for pid in pids.split(' ').map(|pid| pid.parse().unwrap()) {
        until("the process is gone", || has_ended(pid));
    }
}
