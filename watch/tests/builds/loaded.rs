//! A library that is loaded while the watch runs, and in which a worker then waits. It is loaded from C, as Rust needs `unsafe` for that.

use std::{env, fs, os::unix::fs::lchown, path::PathBuf, process::Command, sync::mpsc};

use offload_limits::{Folder, succeeds, try_output};

use super::{
    child::Child,
    receive,
    reports::{next, reports, runtime},
};

/// Takes the place of libc's function, loads the library below, and calls it.
const LOADS: &str = r#"
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/types.h>
int lchown(const char *path, uid_t owner, gid_t group) {
    void *library = dlopen(getenv("SLOW_LIBRARY"), RTLD_NOW);
    int (*slow)(void) = library ? (int (*)(void)) dlsym(library, "slow_in_c") : NULL;
    int answer = slow ? slow() : -1;
    return answer + 1 - 1;
}
"#;

/// Waits for a line. With no frame pointers, its unwind tables are all that leads out of it.
const SLOW: &str = r"
#include <unistd.h>
int slow_in_c(void) {
    char line[80];
    return read(0, line, sizeof line) > 0 ? 0 : -1;
}
";

pub(super) fn checks() {
    let place = Folder::new("watch-loaded");
    if try_output(Command::new("cc").arg("--version")).is_err() {
        println!("builds: no `cc` here, loaded libraries left out");
        return;
    }
    let (loads, slow) = (
        library(&place, "loads", LOADS),
        library(&place, "slow", SLOW),
    );
    let mut program = Command::new(env::current_exe().unwrap());
    program.arg("loads").env("LD_PRELOAD", loads);
    let mut child = Child::started(program.env("SLOW_LIBRARY", slow));
    let said = child.line();
    let full = "called by `builds::loaded::changes_owner` (tests/builds/loaded.rs:";
    assert!(said.contains(full), "{said}");
    assert!(said.contains("\"slow_in_c\""), "{said}");
    assert!(
        said.contains("`std::os::unix::fs::lchown` (read)"),
        "{said}"
    );
    child.go_on();
    assert!(child.has_ended_well());
}

fn library(place: &Folder, name: &str, source: &str) -> PathBuf {
    let (file, library) = (place.join(format!("{name}.c")), place.join(name));
    fs::write(&file, source).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-fomit-frame-pointer", "-o"]);
    succeeds(cc.arg(&library).arg(&file));
    library
}

#[inline(never)]
fn changes_owner() {
    lchown("/", None, None).unwrap();
}

/// In a child: after a first report, for which the watch has read all that was loaded, prints that about the library.
pub(super) fn loads() {
    let runtime = runtime();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel();
    let first = runtime.spawn(async move { receive(&ended) });
    next(&told);
    drop(end);
    runtime.block_on(first).unwrap();
    let second = runtime.spawn(async { changes_owner() });
    let report = next(&told);
    println!("{report}, in {:?}", report.stack);
    runtime.block_on(second).unwrap();
}
