//! Deep stacks, many workers that block at once, threads that come and go, and no descriptors left: the watch reports all the same, and
//! the program goes on.

use std::{
    collections::HashSet,
    env,
    fs::File,
    hint::black_box,
    process::Command,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

use offload_limits::output;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::runtime::Builder;
use tokio_offload_watch::allow_blocking;

use super::{
    receive,
    reports::{LIMIT, next, reports, runtime, wait_until_parked},
};

/// The parts of the program, each in a child, and what their reports say.
const PARTS: [(&str, fn(), &str); 5] = [
    (
        "waits deep down",
        waits_deep_down,
        "its stack could not be read to the end",
    ),
    (
        "waits in a crowd",
        waits_in_a_crowd,
        "called by `builds::crowds::waits_in_a_crowd",
    ),
    (
        "waits among others",
        waits_among_others,
        "called by `builds::receive` (",
    ),
    (
        "waits without files",
        waits_without_files,
        "called by `builds::receive` (",
    ),
    ("may wait without files", may_wait_without_files, "[]\n"),
];

pub(super) fn checks() {
    for (part, _, expected) in PARTS {
        let output = output(Command::new(env::current_exe().unwrap()).arg(part));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(expected), "{part}: {output:#?}");
        assert!(output.status.success(), "{part}: {output:#?}");
    }
}

/// Runs that part in a child, if there is one.
pub(super) fn runs(what: &str) -> bool {
    let part = PARTS.iter().find(|it| it.0 == what);
    part.map(|it| it.1()).is_some()
}

#[inline(never)]
fn deeper(depth: u32, ended: &mpsc::Receiver<()>) -> u32 {
    if depth == 0 {
        receive(ended);
        return 0;
    }
    black_box(deeper(depth - 1, ended)) + 1
}

/// On a stack of a gigabyte, of which a good part is used.
fn waits_deep_down() {
    const DEPTH: u32 = 2_000_000;
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).thread_stack_size(1 << 30);
    let runtime = builder.build().unwrap();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let task = runtime.spawn(async move { deeper(DEPTH, &ended) });
    println!("{}", next(&told));
    drop(end);
    assert_eq!(runtime.block_on(task).unwrap(), DEPTH);
}

/// All of many workers at once. Each is reported.
fn waits_in_a_crowd() {
    const WORKERS: usize = 1_000;
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).build().unwrap();
    let told = reports(&runtime);
    let gate = Arc::new(Barrier::new(WORKERS + 1));
    let waits = || {
        let gate = Arc::clone(&gate);
        runtime.spawn(async move { gate.wait().is_leader() })
    };
    let tasks: Vec<_> = (0..WORKERS).map(|_| waits()).collect();
    // A worker that was reported without a name is reported again when its thread is found.
    let (mut workers, mut longest) = (HashSet::new(), 0);
    while workers.len() < WORKERS {
        let report = next(&told);
        let said = report.to_string();
        if workers.is_empty() {
            println!("{said}");
        }
        longest = longest.max(said.len());
        workers.insert(report.worker);
    }
    // Nothing tells who is who while they begin to wait, and all of them must not be listed.
    assert!(longest < 10_000, "{longest}");
    gate.wait();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

/// Threads that end while they are looked at.
fn waits_among_others() {
    let runtime = runtime();
    let end_of_all = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end_of_all);
    let (tell, is_busy) = mpsc::channel();
    let others = thread::spawn(move || {
        while !its.load(Relaxed) {
            let some: Vec<_> = (0..16).map(|_| thread::spawn(thread::yield_now)).collect();
            for one in some {
                one.join().unwrap();
            }
            _ = tell.send(());
        }
    });
    is_busy.recv().unwrap();
    let told = reports(&runtime);
    for _ in 0..5 {
        let (end, ended) = mpsc::channel();
        let task = runtime.spawn(async move { receive(&ended) });
        println!("{}", next(&told));
        drop(end);
        runtime.block_on(task).unwrap();
        wait_until_parked(&runtime);
    }
    end_of_all.store(true, Relaxed);
    others.join().unwrap();
}

/// Takes all descriptors.
fn all_files() -> Vec<File> {
    // Without a limit, as many as the machine has would be opened, which others need.
    let few = Rlimit {
        current: Some(256),
        maximum: Some(256),
    };
    setrlimit(Resource::Nofile, few).unwrap();
    let all: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(all.len() < 256, "{}", all.len());
    all
}

/// Whose thread is in the scope cannot be known. There are as many threads in scopes as workers that stay away.
fn may_wait_without_files() {
    let runtime = runtime();
    let _all = all_files();
    let (tell, is_inside) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let task = runtime.spawn(async move {
        allow_blocking(|| {
            tell.send(()).unwrap();
            receive(&ended);
        });
    });
    is_inside.recv().unwrap();
    let told = reports(&runtime);
    thread::sleep(LIMIT * 10);
    println!("{:?}", told.try_iter().collect::<Vec<_>>());
    drop(end);
    runtime.block_on(task).unwrap();
}

/// Nothing can be opened for the first report. The worker stays where it is, and the second report has the name.
fn waits_without_files() {
    let runtime = runtime();
    let all = all_files();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let task = runtime.spawn(async move { receive(&ended) });
    let first = next(&told);
    println!("{first}");
    assert_eq!(
        first.unnamed,
        Some("`/proc`, which tells where, cannot be read")
    );
    drop(all);
    println!("{}", next(&told));
    drop(end);
    runtime.block_on(task).unwrap();
}
