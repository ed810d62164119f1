//! The watch reads debug information that `split-debuginfo` has put into other files, packed and unpacked. It names functions with
//! their lines, inlined ones too. Without those files, it names the function around the inlined one.

#![allow(missing_docs, reason = "a test")]

use std::{env, fs, path::Path, process::Command, sync::mpsc, time::Duration};

use offload_limits::{Folder, limit_all, output};
use tokio::runtime::Builder;
use tokio_offload_watch::{How, on_blocked};

const LIMIT: Duration = Duration::from_millis(40);
const LONG: Duration = Duration::from_secs(180);

fn main() {
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        return;
    }
    limit_all();
    if env::args().any(|word| word == "waits") {
        return waits();
    }
    let this = env::current_exe().unwrap();
    assert!(parts(&this), "the debug information is not elsewhere");
    let said = told_of(&this);
    assert!(said.contains("::receive` ("), "{said}");
    assert!(said.contains("split.rs:"), "{said}");
    if this.with_extension("dwp").exists() {
        without_its_parts_the_function_around_is_named(&this);
    }
    println!("split: ok");
}

/// Whether the files exist: one beside the program, or one for each unit.
fn parts(this: &Path) -> bool {
    let name = this.file_name().unwrap().to_string_lossy().into_owned();
    let beside = fs::read_dir(this.parent().unwrap()).unwrap();
    beside.flatten().any(|entry| {
        let other = entry.path();
        let is_part = other
            .extension()
            .is_some_and(|end| end == "dwp" || end == "dwo");
        is_part && entry.file_name().to_string_lossy().starts_with(&name)
    })
}

/// A copy in another folder has no such files beside it.
fn without_its_parts_the_function_around_is_named(this: &Path) {
    let folder = Folder::new("split");
    let copy = folder.join("copy");
    fs::copy(this, &copy).unwrap();
    let said = told_of(&copy);
    assert!(said.contains("::waits"), "{said}");
    assert!(said.contains("split.rs:"), "{said}");
    assert!(!said.contains("::receive`"), "{said}");
}

fn told_of(program: &Path) -> String {
    let output = output(Command::new(program).arg("waits"));
    String::from_utf8(output.stdout).unwrap()
}

/// Inlined, so only those files have its name. The program itself has lines and the names of other functions.
#[expect(clippy::inline_always, reason = "also where nothing is optimised")]
#[inline(always)]
fn receive(ended: &mpsc::Receiver<()>) {
    ended.recv().unwrap_err();
}

/// In a child: prints the report about a function that waits.
fn waits() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let inside = runtime.enter();
    on_blocked(LIMIT, move |report| {
        if !matches!(report.how, How::NotScheduled { .. }) {
            drop(tell.send(report.to_string()));
        }
    })
    .unwrap();
    drop(inside);
    let (end, ended) = mpsc::channel();
    let task = runtime.spawn(async move { receive(&ended) });
    println!("{}", told.recv_timeout(LONG).unwrap());
    drop(end);
    runtime.block_on(task).unwrap();
}
