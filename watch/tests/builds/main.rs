//! Runs copies of this program: without debug information, stripped, packed, damaged, moved, with libraries that are loaded later, under a
//! debugger, where the system denies much, with many threads, and on a busy machine.

#![allow(missing_docs, reason = "a test")]

use std::{
    env,
    ffi::OsStr,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Instant,
};

use offload_limits::{Folder, limit_all, output, try_output};
use tokio::runtime::Builder;
use tokio_offload_watch::{allow_blocking, init};

use self::reports::{LIMIT, next, reports, runtime};

#[cfg(target_os = "linux")]
mod child;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod crowds;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod damaged;
#[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
mod debugger;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod denied;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod loaded;
#[cfg(target_os = "linux")]
mod moved;
#[cfg(target_os = "linux")]
mod odd;
mod reports;
#[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
mod rights;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod starved;
#[cfg(target_os = "linux")]
mod stopped;

fn main() {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    if env::args_os()
        .nth(1)
        .is_some_and(|it| it == starved::UNEXAMINED)
    {
        return starved::starves_unexamined();
    }
    init();
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        return;
    }
    limit_all();
    match env::args_os().nth(1).as_deref().and_then(OsStr::to_str) {
        Some("waits") => waits(),
        Some("waits alone") => waits_alone(),
        Some("waits often") => waits_often(),
        Some("may wait") => may_wait(),
        #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
        Some("computes") => debugger::computes(),
        #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
        Some("yields") => debugger::yields(),
        #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
        Some("says") => rights::says(),
        #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
        Some("attacks") => rights::attacks(),
        #[cfg(target_os = "linux")]
        Some("stays") => stopped::stays(),
        #[cfg(target_os = "linux")]
        Some("waits later") => moved::waits_later(),
        #[cfg(target_os = "linux")]
        Some("waits elsewhere") => moved::waits_elsewhere(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some("loads") => loaded::loads(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some("starves") => starved::starves(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some("spins") => starved::spins(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some("waits beside") => starved::waits_beside(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some("waits hidden") => denied::waits_hidden(),
        #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
        Some("computes alone") => debugger::computes_alone(),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some(what) if crowds::runs(what) => {}
        _ => {
            each_build_tells_what_it_can();
            a_runtime_of_one_thread_is_told_of_without_names();
            each_place_between_two_calls_of_block_on_is_told_once();
            what_may_block_is_left_alone_in_each_build();
            more_threads_than_processors_are_nobodys_fault();
            #[cfg(target_os = "linux")]
            odd::checks();
            #[cfg(target_os = "linux")]
            stopped::checks();
            #[cfg(target_os = "linux")]
            moved::checks();
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            loaded::checks();
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            starved::checks();
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            crowds::checks();
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            damaged::checks();
            #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
            denied::checks();
            #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
            debugger::checks();
            #[cfg(all(feature = "process", target_os = "linux", target_arch = "x86_64"))]
            rights::checks();
            println!("builds: ok");
        }
    }
}

#[inline(never)]
fn receive(ended: &mpsc::Receiver<()>) {
    ended.recv().unwrap_err();
}

/// In a copy: prints the report about a function that waits.
fn waits() {
    let runtime = runtime();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let task = runtime.spawn(async move { receive(&ended) });
    println!("{}", next(&told));
    drop(end);
    runtime.block_on(task).unwrap();
}

fn each_build_tells_what_it_can() {
    let place = Folder::new("watch-builds");
    let full = "called by `builds::receive` (tests/builds/main.rs:";
    let cases: [(&[&str], &str); 4] = [
        (&[], full),
        (&["--compress-debug-sections=zlib"], full),
        (&["--strip-debug"], "`builds::receive`"),
        (
            &["--strip-all"],
            "; build with symbols (no `strip`) to see where",
        ),
    ];
    for (changes, expected) in cases {
        let Some(copy) = copy(place.path(), changes) else {
            println!("builds: no `objcopy` here, {changes:?} left out");
            continue;
        };
        let output = output(Command::new(copy).arg("waits"));
        let said = String::from_utf8(output.stdout).unwrap();
        let place_is_told = said.contains("main.rs:");
        assert!(said.contains(expected), "{changes:?}: {said}");
        assert_eq!(place_is_told, expected == full, "{changes:?}: {said}");
        assert!(said.starts_with("worker 0 has been blocked for "), "{said}");
    }
}

/// In a copy: prints the report about a function that waits in a runtime of one thread.
fn waits_alone() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let listener = thread::spawn(move || {
        println!("{}", next(&told));
        drop(end);
    });
    runtime.block_on(async move { receive(&ended) });
    listener.join().unwrap();
}

/// Without names the watch cannot know whether the thread is inside `block_on`. The report says so.
fn a_runtime_of_one_thread_is_told_of_without_names() {
    let place = Folder::new("watch-alone");
    for (changes, expected) in [
        (&[][..], "`builds::receive` (tests/builds/main.rs:"),
        (&["--strip-all"], "; or its thread is outside of `block_on`"),
    ] {
        let Some(copy) = copy(place.path(), changes) else {
            continue;
        };
        let output = output(Command::new(copy).arg("waits alone"));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(expected), "{changes:?}: {said}");
        assert!(said.starts_with("worker 0 has been blocked for "), "{said}");
    }
}

/// How often `waits_often` does so.
const TIMES: usize = 6;

/// In a copy: waits outside of `block_on` at one place, again and again, and prints how many reports were about that.
fn waits_often() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let told = reports(&runtime);
    let waits = |_: &usize| {
        runtime.block_on(async { tokio::time::sleep(LIMIT / 40).await });
        told.recv_timeout(LIMIT * 10).is_ok()
    };
    let count = (0..TIMES).filter(waits).count();
    println!("{}", count + told.try_iter().count());
}

/// Without names it may be inside. On a slow machine it may also be seen on its way to that place.
fn each_place_between_two_calls_of_block_on_is_told_once() {
    let place = Folder::new("watch-between");
    for (changes, most) in [(&[][..], 0), (&["--strip-all"], TIMES - 1)] {
        let Some(copy) = copy(place.path(), changes) else {
            continue;
        };
        let output = output(Command::new(copy).arg("waits often"));
        let said = String::from_utf8(output.stdout).unwrap();
        let count = said.trim().parse::<usize>();
        assert!(count.is_ok_and(|it| it <= most), "{changes:?}: {said}");
    }
}

/// In a copy: prints the reports about code that may block.
fn may_wait() {
    let runtime = runtime();
    let told = reports(&runtime);
    let task = runtime.spawn(async { allow_blocking(|| thread::sleep(LIMIT * 10)) });
    runtime.block_on(task).unwrap();
    println!("{:?}", told.try_iter().collect::<Vec<_>>());
}

fn what_may_block_is_left_alone_in_each_build() {
    let place = Folder::new("watch-allowed");
    for changes in [&[][..], &["--strip-debug"], &["--strip-all"]] {
        let Some(copy) = copy(place.path(), changes) else {
            continue;
        };
        let output = output(Command::new(copy).arg("may wait"));
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, "[]\n", "{changes:?}");
    }
}

/// A copy of this program, changed by `objcopy`, which is installed with the linker.
fn copy(place: &Path, changes: &[&str]) -> Option<PathBuf> {
    let (this, copy) = (env::current_exe().unwrap(), place.join("copy"));
    // The helper of the copy before may not have ended yet, and what runs cannot be written to.
    _ = fs::remove_file(&copy);
    if changes.is_empty() {
        fs::copy(this, &copy).unwrap();
        return Some(copy);
    }
    let mut objcopy = Command::new("objcopy");
    let made = try_output(objcopy.args(changes).arg(this).arg(&copy)).ok()?;
    made.status.success().then_some(copy)
}

/// Other threads take the processors while tasks only yield. A task that waits for a processor must not be reported as blocking code.
fn more_threads_than_processors_are_nobodys_fault() {
    let runtime = runtime();
    let told = reports(&runtime);
    let end = Arc::new(AtomicBool::new(false));
    let spins = || {
        let end = Arc::clone(&end);
        thread::spawn(move || {
            while !end.load(Relaxed) {
                black_box(0);
            }
        })
    };
    let count = thread::available_parallelism().map_or(4, |count| count.get() * 4);
    let others: Vec<_> = (0..count).map(|_| spins()).collect();
    let start = Instant::now();
    runtime.block_on(async {
        while start.elapsed() < LIMIT * 25 {
            tokio::task::yield_now().await;
        }
    });
    end.store(true, Relaxed);
    for other in others {
        other.join().unwrap();
    }
    // Many short polls look like one poll only if no counter moved. The report must then not claim that it is one.
    let wrong: Vec<_> = told.try_iter().filter(|report| report.one_poll).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
