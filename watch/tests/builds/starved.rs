//! A worker that gets no processor: the report says that it is the machine's doing, and what computes is reported once it gets one.

use std::{
    env,
    hint::black_box,
    io::stdin,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

use offload_limits::{Folder, output};
use rustix::{
    process::{getpriority_process, setpriority_process},
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};
use tokio::runtime::Builder;
use tokio_offload_watch::{Blocked, How, on_blocked};

use super::{
    child::Child,
    copy, receive,
    reports::{LIMIT, next, runtime},
};

pub(super) fn checks() {
    if getpriority_process(None).is_ok_and(|nice| nice > 0) {
        println!("builds: started with a low priority, which starves nothing: left out");
        return;
    }
    let output = output(Command::new(env::current_exe().unwrap()).arg("starves"));
    let said = String::from_utf8(output.stdout).unwrap();
    let Some((starved, computes)) = said.split_once('\n') else {
        panic!("{said:?}")
    };
    let machine = " ms: the machine is overloaded, this is not your code";
    assert!(
        starved.starts_with("worker 0 has got no processor for "),
        "{said}"
    );
    assert!(
        starved.contains(" % of ") && starved.ends_with(machine),
        "{said}"
    );
    assert_eq!(computes, "then it computes\n", "{said}");
    without_names();
    unexamined();
}

/// Nothing but their names tells in this build that a thread without a processor is not the worker, which waits.
fn without_names() {
    let place = Folder::new("watch-starved");
    let Some(copy) = copy(place.path(), &["--strip-all"]) else {
        println!("builds: no `objcopy` here, starved threads without names left out");
        return;
    };
    let first = || {
        let output = output(Command::new(&copy).arg("waits beside"));
        String::from_utf8(output.stdout).unwrap()
    };
    // A worker that gets no processor before it waits is told so, which is right, and seldom.
    let said: Vec<_> = (0..3).map(|_| first()).collect();
    let is_right = |said: &String| said.contains("; build with symbols");
    assert!(said.iter().any(is_right), "{said:?}");
}

/// In a child that has one processor: a task of the lowest priority computes beside processes that do so with the usual one. They end
/// when the first report is there.
pub(super) fn starves() {
    only_one_processor();
    let others: Vec<_> = (0..8).map(|_| Child::start("spins")).collect();
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .on_thread_start(|| setpriority_process(None, 19).unwrap())
        .build()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let inside = runtime.enter();
    on_blocked(LIMIT, move |report: &Blocked| {
        tell.send(report.clone()).unwrap();
    })
    .unwrap();
    let end = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end);
    let task = runtime.spawn(async move {
        while !its.load(Relaxed) {
            black_box(0);
        }
    });
    let first = next(&told);
    assert!(matches!(first.how, How::NotScheduled { .. }), "{first:#?}");
    println!("{first}");
    drop(others);
    let second = next(&told);
    assert_eq!(second.how, How::Computing, "{second:#?}");
    println!("then it computes");
    end.store(true, Relaxed);
    drop(inside);
    runtime.block_on(task).unwrap();
}

/// In a child that has one processor: prints the first report about a task that waits, beside a thread of the lowest priority and processes
/// that compute.
pub(super) fn waits_beside() {
    only_one_processor();
    let others: Vec<_> = (0..8).map(|_| Child::start("spins")).collect();
    let runtime = runtime();
    let (tell, told) = mpsc::channel();
    let inside = runtime.enter();
    on_blocked(LIMIT, move |report: &Blocked| {
        tell.send(report.clone()).unwrap();
    })
    .unwrap();
    // Its one worker runs what the watch has started before this.
    runtime.block_on(runtime.spawn(async {})).unwrap();
    let end = Arc::new(AtomicBool::new(false));
    let (its, (starts, started)) = (Arc::clone(&end), mpsc::channel());
    let stranger = thread::Builder::new().name("stranger".into());
    let stranger = stranger.spawn(move || {
        setpriority_process(None, 19).unwrap();
        starts.send(()).unwrap();
        while !its.load(Relaxed) {
            black_box(0);
        }
    });
    started.recv().unwrap();
    let (release, released) = mpsc::channel();
    let task = runtime.spawn(async move { receive(&released) });
    println!("{}", next(&told));
    drop((others, release, inside));
    end.store(true, Relaxed);
    stranger.unwrap().join().unwrap();
    runtime.block_on(task).unwrap();
}

/// Without a helper, nothing tells which of two workers computes and which gets no processor.
fn unexamined() {
    let output = output(Command::new(env::current_exe().unwrap()).arg(UNEXAMINED));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(" has got no processor for "), "{said}");
}

/// The part that starts no helper.
pub(super) const UNEXAMINED: &str = "starves unexamined";

/// In a child that has one processor: prints the first report about two workers with nothing but short polls, of which one has the lowest
/// priority.
pub(super) fn starves_unexamined() {
    only_one_processor();
    let is_first = AtomicBool::new(true);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(move || {
            if is_first.swap(false, Relaxed) {
                setpriority_process(None, 19).unwrap();
            }
        })
        .build()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let inside = runtime.enter();
    on_blocked(LIMIT, move |report: &Blocked| {
        _ = tell.send(report.clone());
    })
    .unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            runtime.spawn(async {
                loop {
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    println!("{}", next(&told));
    for task in &tasks {
        task.abort();
    }
    drop(inside);
}

/// All that is started from here on shares it.
fn only_one_processor() {
    let all = sched_getaffinity(None).unwrap();
    let first = (0..CpuSet::MAX_CPU).find(|cpu| all.is_set(*cpu));
    let mut one = CpuSet::new();
    one.set(first.unwrap());
    sched_setaffinity(None, &one).unwrap();
}

/// In a child of the child: computes until nobody is left who could send a line.
pub(super) fn spins() {
    thread::spawn(|| {
        loop {
            black_box(0);
        }
    });
    stdin().read_line(&mut String::new()).unwrap();
}
