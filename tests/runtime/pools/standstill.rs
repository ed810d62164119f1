//! The last lines of the guide's page about `block_on`: bodies that wait, where it cannot be seen, for calls that wait for them.
//! None of these ends; each of them is told of.

use std::{
    io,
    pin::pin,
    process,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use futures::future::select;
use offload_tests::{drive, multi_thread};
use tokio::{
    runtime::{Handle, Runtime},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_offload::{Offload, Owner, Pool, block_on, run, run_on};

use super::{
    block_on::{narrow, narrow_rayon},
    deep::with_frame,
    kit::assert_says,
};

#[test]
fn each_endless_wait_gives_a_warning() {
    let still = [
        "pool `still-channel`: no body has ended",
        "pool `still-join`: no body has ended",
        "pool `still-task`: no body has ended",
        "pool `still-often`: no body has ended",
        "pool `still-two`: no body has ended",
        "pool `still-given-up`: no body has ended",
        "pool `still-view`: no body has ended",
        "pool `blocking`: no body has ended",
        "pool `owner`: no body has ended",
        "pool `rayon`: no body has ended",
    ];
    // Though their bodies take long, or calls wait for long.
    let at_work = &[
        "pool `goes-on`: no body has ended",
        "pool `waits-alone`: no body has ended",
    ];
    assert_says("pools::standstill::child_stands_still", still, at_work);
}

#[test]
#[ignore = "run by each_endless_wait_gives_a_warning, which ends it"]
fn child_stands_still() {
    let (runtime, narrow) = (multi_thread(), narrow());
    works_on(&runtime);
    pools_stand_still(&runtime);
    deep_body_stands_still(&runtime);
    view_and_default_stand_still(&runtime, &narrow);
    owner_and_rayon_stand_still(&runtime);
    // Until the parent has heard enough, or is gone: it never ends by itself.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

#[test]
fn two_owners_that_wait_for_each_other_give_a_warning() {
    let still = ["pool `owner`: no body has ended"];
    assert_says("pools::standstill::child_owners_cross", still, &[]);
}

#[test]
#[ignore = "run by two_owners_that_wait_for_each_other_give_a_warning, which ends it"]
fn child_owners_cross() {
    static BOTH: Barrier = Barrier::new(2);
    let runtime = multi_thread();
    let [one, two] = [(); 2].map(|()| Arc::new(runtime.block_on(Owner::spawn(|| 1))));
    for (from, to) in [(&one, &two), (&two, &one)] {
        let to = Arc::clone(to);
        stay(&runtime, || {
            from.run(move |_| {
                BOTH.wait();
                block_on(to.run(|_| ()))
            })
        });
    }
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

#[test]
fn running_bodies_that_wait_for_each_other_give_a_warning() {
    let circles = [
        "pool `circle-own`: a body waits in `block_on` for its own call",
        "pool `circle-two`: a body waits in `block_on` for its own call",
        "pool `owner`: a body waits in `block_on` for its own call",
        "pool `rayon`: a body waits in `block_on` for its own call",
    ];
    let none = &["pool `circle-none`: a body waits"];
    assert_says("pools::standstill::child_running_circles", circles, none);
}

#[test]
#[ignore = "run by running_bodies_that_wait_for_each_other_give_a_warning, which ends it"]
fn child_running_circles() {
    static NONE: Pool = Pool::new("circle-none").threads(3);
    static OWN: Pool = Pool::new("circle-own").threads(1);
    static TWO: Pool = Pool::new("circle-two").threads(2);
    let runtime = multi_thread();
    // Three that run, each of which waits for the next.
    let next = |call: Offload<()>| NONE.run(move || block_on(call).unwrap()).start();
    let _entered = runtime.enter();
    let last = NONE.run(|| thread::sleep(Duration::from_millis(1))).start();
    runtime.block_on(next(next(last)));
    waits_for_itself(|body| OWN.run(body));
    let owner = runtime.block_on(Owner::spawn(|| 1));
    waits_for_itself(|body| owner.run(move |_| body()));
    waits_for_itself(|body| run_on(narrow_rayon(), body));
    let (give_one, one) = waits_for_what_is_given(|body| TWO.run(body));
    let (give_two, two) = waits_for_what_is_given(|body| TWO.run(body));
    give_one.send(two).unwrap();
    give_two.send(one).unwrap();
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

type Body = Box<dyn FnOnce() + Send>;

fn waits_for_itself(call: impl FnOnce(Body) -> Offload<()>) {
    let (give, own) = waits_for_what_is_given(call);
    give.send(own).unwrap();
}

/// A call that runs, and waits for the call that it is given.
fn waits_for_what_is_given(
    call: impl FnOnce(Body) -> Offload<()>,
) -> (mpsc::Sender<Offload<()>>, Offload<()>) {
    let (give, given) = mpsc::channel();
    let body = move || block_on(given.recv().unwrap()).unwrap();
    (give, call(Box::new(body)).start())
}

/// Bodies of a quarter of a second, of which one always waits; and one that waits where no call does.
fn works_on(runtime: &Runtime) {
    static GOES_ON: Pool = Pool::new("goes-on").threads(1);
    static ALONE: Pool = Pool::new("waits-alone").threads(1);
    for _ in 0..400 {
        stay(runtime, || {
            GOES_ON.run(|| thread::sleep(Duration::from_millis(250)))
        });
    }
    stay(runtime, || {
        ALONE.run(|| thread::sleep(Duration::from_secs(600)))
    });
}

fn pools_stand_still(runtime: &Runtime) {
    static CHANNEL: Pool = Pool::new("still-channel").threads(1);
    static JOIN: Pool = Pool::new("still-join").threads(1);
    static TASK: Pool = Pool::new("still-task").threads(1);
    static OFTEN: Pool = Pool::new("still-often").threads(1);
    static TWO: Pool = Pool::new("still-two").threads(2);
    // Else the first may have its call run on the thread that the second has not taken yet.
    static BOTH: Barrier = Barrier::new(2);
    stay(runtime, || {
        CHANNEL.run(|| waits_by_channel(CHANNEL.run(|| ())))
    });
    stay(runtime, || {
        JOIN.run(|| thread::spawn(|| drive(JOIN.run(|| ()))).join())
    });
    stay(runtime, || {
        TASK.run(|| drive(tokio::spawn(TASK.run(|| ()))))
    });
    // On a machine that stands still for a second it looks like a body that waits, is helped, and ends: then it begins again.
    runtime.spawn(async {
        loop {
            let waits = || in_short_waits(tokio::spawn(OFTEN.run(|| ())));
            OFTEN.run(waits).await;
        }
    });
    for _ in 0..2 {
        stay(runtime, || {
            TWO.run(|| {
                BOTH.wait();
                waits_by_channel(TWO.run(|| ()));
            })
        });
    }
}

/// It has given up a call that never ends, on a spare thread, and waits for another.
fn deep_body_stands_still(runtime: &Runtime) {
    static GIVEN_UP: Pool = Pool::new("still-given-up")
        .threads(1)
        .stack_size(256 * 1024);
    let (tell, told) = oneshot::channel();
    let never_ends = move || {
        tell.send(()).unwrap();
        thread::sleep(Duration::from_secs(600));
    };
    let waits_in_vain = move || {
        let first = async {
            let call = pin!(GIVEN_UP.run(never_ends));
            drop(select(call, told).await);
        };
        block_on(first).unwrap();
        block_on(GIVEN_UP.run(|| ())).unwrap();
    };
    stay(runtime, || GIVEN_UP.run(|| with_frame(waits_in_vain)));
}

fn view_and_default_stand_still(runtime: &Runtime, narrow: &Runtime) {
    static VIEW: Pool = Pool::shared("still-view").threads(1);
    stay(runtime, || VIEW.run(|| waits_by_channel(VIEW.run(|| ()))));
    stay(narrow, || run(|| waits_by_channel(run(|| ()))));
}

fn owner_and_rayon_stand_still(runtime: &Runtime) {
    let owner = Arc::new(runtime.block_on(Owner::spawn(|| 1)));
    let same = Arc::clone(&owner);
    stay(runtime, || {
        owner.run(move |_| block_on(async move { tokio::spawn(same.run(|_| ())).await }))
    });
    let pool = narrow_rayon();
    stay(runtime, || {
        run_on(pool, move || {
            block_on(async move { tokio::spawn(run_on(pool, || ())).await })
        })
    });
}

/// Waits for the task, a short time in each of many waits.
fn in_short_waits(mut task: JoinHandle<()>) {
    while block_on(async { timeout(Duration::from_millis(100), &mut task).await })
        .unwrap()
        .is_err()
    {}
}

/// Starts a call in the runtime, which nobody waits for.
fn stay<R: Send + 'static>(runtime: &Runtime, call: impl FnOnce() -> Offload<R>) {
    let _entered = runtime.enter();
    std::mem::forget(call().start());
}

/// Waits on this thread for what a task of the runtime does.
fn waits_by_channel(call: Offload<()>) {
    let (done, heard) = mpsc::channel();
    Handle::current().spawn(async move { done.send(call.outcome().await) });
    heard.recv().unwrap().unwrap();
}
