//! Runs the programs: each says once that it begins, so no worker has come that far, and then who answered its call.

#![allow(missing_docs, reason = "a test")]

use std::process::Command;

use offload_limits::output;

/// What a program prints, and its exit code.
fn run(program: &str) -> (String, Option<i32>) {
    let output = output(&mut Command::new(program));
    let text = String::from_utf8(output.stdout).expect("text");
    (text, output.status.code())
}

#[test]
fn an_async_main_has_workers() {
    let (text, code) = run(env!("CARGO_BIN_EXE_asynchronous"));
    assert_eq!((text.as_str(), code), ("begins\nworker\n", Some(7)));
}

#[test]
fn the_attribute_of_the_runtime_can_be_above() {
    let (text, code) = run(env!("CARGO_BIN_EXE_above"));
    assert_eq!((text.as_str(), code), ("begins\nworker\n", Some(0)));
}

#[test]
fn a_main_that_builds_its_runtime_has_workers() {
    let (text, code) = run(env!("CARGO_BIN_EXE_blocking"));
    assert_eq!((text.as_str(), code), ("begins\nworker\n", Some(0)));
}

#[test]
fn a_main_that_calls_init_has_workers() {
    let (text, code) = run(env!("CARGO_BIN_EXE_by_hand"));
    assert_eq!((text.as_str(), code), ("begins\nworker\n", Some(0)));
}

/// Built together with packages that use `test-util`, the program is a worker whether it wants or not. It says so: the last build, which
/// may have been another than that of this test, decides.
#[test]
fn a_main_without_a_word_about_workers_has_none_of_its_own() {
    let (text, code) = run(env!("CARGO_BIN_EXE_forgetful"));
    let expected = if text.ends_with("for tests: true\n") {
        "begins\nworker\nfor tests: true\n"
    } else {
        "begins\nNotInitialized\nfor tests: false\n"
    };
    assert_eq!((text.as_str(), code), (expected, Some(0)));
}

/// On other systems nothing is said of a runtime with one thread.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_program_tells_what_blocks_its_runtime() {
    let program = env!("CARGO_BIN_EXE_watched");
    let output = output(&mut Command::new(program));
    let told = String::from_utf8(output.stderr).expect("text");
    assert!(
        output.status.success() && output.stdout == b"begins\n",
        "{told}"
    );
    // The machine may be too busy for a moment, which is told apart.
    let lines: Vec<_> = told
        .lines()
        .filter(|line| !line.contains("processor"))
        .collect();
    let [line] = lines[..] else { panic!("{told}") };
    assert!(line.starts_with("worker 0 has been blocked for "), "{line}");
    // Without debug information the name is that of a function that it was inlined into, or there is none.
    if cfg!(debug_assertions) {
        let place = "called by `watched::load` (";
        assert!(
            line.contains(place) && line.contains("src/bin/watched.rs:"),
            "{line}"
        );
    }
}
