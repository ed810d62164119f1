//! Bodies that wait where no call does, so that none of their pools is full: nothing wakes them, and each of them is told of.

use std::{io, pin::pin, process, sync::mpsc, thread, time::Duration};

use futures::future::select;
use offload_tests::{current_thread, drive, multi_thread};
use tokio::{
    runtime::{Handle, Runtime},
    task,
    time::sleep,
};
use tokio_offload::{Executor, Job, Offload, Owner, Pool, block_on, offload, run_on};

use super::{block_on::narrow_rayon, kit::assert_says};

type Body = Box<dyn FnOnce() + Send>;

const LONG: Duration = Duration::from_secs(600);

/// M3.
#[test]
fn bodies_that_nothing_wakes_give_a_warning() {
    let waits = [
        "pool `unwoken-task`: a body of `tokio_offload::run_on`",
        "pool `unwoken-timer`: a body of `tokio_offload::run_on`",
        "pool `executor`: a body of `tokio_offload::run_on`",
        "::asks_its_thread`",
        "pool `unwoken-other`: a body has polled a call of `tokio_offload::run_on`",
        "pool `owner`: a body has polled a call of",
        "pool `rayon`: a body has polled a call of",
    ];
    let none = &["`unwoken-not`", "`unwoken-polls`", "`unwoken-runs`"];
    assert_says("pools::still_waits::child_waits", waits, none);
}

#[test]
#[ignore = "run by bodies_that_nothing_wakes_give_a_warning, which ends it"]
fn child_waits() {
    static OTHER: Pool = Pool::new("unwoken-other").threads(2);
    static TASK: Pool = Pool::new("unwoken-task").threads(2);
    let (runtime, undriven) = (multi_thread(), current_thread());
    some_are_woken(&runtime);
    waits_for_a_timer(&undriven);
    let _entered = runtime.enter();
    let by_task = |call| drop(block_on(async { task::spawn(call).await }));
    let in_task = |body| run_on(&TASK, body);
    wait_for_each_other([&in_task, &in_task], by_task);
    let in_other = |body| run_on(&OTHER, body);
    wait_for_each_other([&in_other, &in_other], drive);
    let owners = [(); 2].map(|()| runtime.block_on(Owner::spawn(|| ())));
    let [one, two] = owners.each_ref();
    wait_for_each_other(
        [&|body| one.run(|()| body()), &|body| two.run(|()| body())],
        drive,
    );
    let (one, two) = (narrow_rayon(), narrow_rayon());
    wait_for_each_other(
        [&|body| run_on(one, body), &|body| run_on(two, body)],
        drive,
    );
    waits_for_its_thread();
    asks_its_thread(one_thread()).detach();
    // Until the parent has heard enough, or is gone: it never ends by itself.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

/// Two calls that run. The body of each gets the other one, and waits for it by `wait`.
fn wait_for_each_other(calls: [&dyn Fn(Body) -> Offload<()>; 2], wait: fn(Offload<()>)) {
    let [(give_one, one), (give_two, two)] = calls.map(|call| {
        let (give, given) = mpsc::channel();
        let body = move || wait(given.recv().unwrap());
        (give, call(Box::new(body)).start())
    });
    give_one.send(two).unwrap();
    give_two.send(one).unwrap();
}

/// No thread drives the runtime of the caller.
fn waits_for_a_timer(undriven: &Runtime) {
    static TIMER: Pool = Pool::new("unwoken-timer").threads(1);
    let _entered = undriven.enter();
    run_on(&TIMER, || drop(block_on(sleep(Duration::from_millis(1))))).detach();
}

/// Waits for a call on its own thread, in an executor which the library cannot see into.
fn waits_for_its_thread() {
    let one = one_thread();
    run_on(one, move || drop(block_on(run_on(one, || ())))).detach();
}

/// An executor whose jobs one thread runs.
fn one_thread() -> &'static OneThread {
    let (jobs, queue) = mpsc::channel::<Job>();
    let runtime = Handle::current();
    thread::spawn(move || {
        let _entered = runtime.enter();
        queue.into_iter().for_each(Job::run);
    });
    Box::leak(Box::new(OneThread(jobs)))
}

#[derive(Clone)]
struct OneThread(mpsc::Sender<Job>);

impl Executor for OneThread {
    fn submit(&self, job: Job) {
        let _ = self.0.send(job);
    }
}

/// Another function does so in another executor.
#[offload(pool = one)]
fn asks_its_thread(one: &'static OneThread) {
    drop(block_on(run_on(one, || ())));
}

/// Bodies that wait, or run, as long, and go on now and then.
fn some_are_woken(runtime: &Runtime) {
    static NOT: Pool = Pool::new("unwoken-not").threads(1);
    static POLLS: Pool = Pool::new("unwoken-polls").threads(2);
    static RUNS: Pool = Pool::new("unwoken-runs").threads(1);
    let _entered = runtime.enter();
    let second = Duration::from_secs(1);
    NOT.run(move || {
        block_on(async {
            loop {
                sleep(second).await;
            }
        })
    })
    .detach();
    RUNS.run(|| thread::sleep(LONG)).detach();
    let polls = move || {
        let mut call = POLLS.run(|| thread::sleep(LONG));
        drive(async {
            loop {
                select(&mut call, pin!(sleep(second))).await;
            }
        })
    };
    POLLS.run(polls).detach();
}
