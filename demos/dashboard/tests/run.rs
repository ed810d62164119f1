//! `dashboard` without a screen, with good and bad input.

use std::{ffi::OsStr, fs};

use offload_examples::program::{Ended, explains_itself, no_directories, run};
use tempfile::TempDir;

#[test]
fn without_a_terminal_there_is_a_table() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("two"), vec![2; 100_000]).unwrap();
    let here = dir.path().to_str().unwrap();
    let output = dashboard(["--once", "--seconds", "0.2", here]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.err.is_empty(), "{output:?}");
    for name in [
        "cpu",
        "disk",
        "owner",
        "work::hash",
        "work::compress",
        "database::enter",
    ] {
        let row = output
            .out
            .lines()
            .find(|line| line.trim_start().starts_with(name));
        let row: Vec<_> = row
            .unwrap_or_else(|| panic!("{name} in {output:?}"))
            .split_whitespace()
            .collect();
        assert_eq!(row.len(), 8, "{output:?}");
        assert!(
            row[3] != "0" && row[6] != "-",
            "{name} ended some: {output:?}"
        );
    }
}

/// The machine may be too busy to name it in a given time, so it has a long one; whether it is named depends on the system.
#[test]
fn a_function_that_blocks_a_worker_is_reported() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    let here = dir.path().to_str().unwrap();
    let texts: &[&str] = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        &[
            "called by `dashboard::read_settings` (",
            "Advice: `dashboard::read_settings` (",
        ]
    } else {
        &[]
    };
    // It blocks for moments: on a busy machine the watch may miss all of a run, or see that the worker got no processor.
    let output = (0..10)
        .map(|_| dashboard(["--once", "--fault", "--seconds", "6", here]))
        .find(|output| {
            assert_eq!(output.code, Some(0), "{output:?}");
            let told = output.out.contains("\nBlocked: worker ");
            told && texts.iter().all(|text| output.out.contains(text))
        })
        .expect("one of ten runs tells what blocks");
    let told = output.out.matches("\nBlocked: worker ").count();
    assert!(told <= 3, "{output:?}");
}

#[test]
fn a_picture_needs_a_terminal() {
    let output = dashboard([""; 0]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(
        output.out.is_empty() && output.err.contains("--once"),
        "{output:?}"
    );
}

#[test]
fn an_empty_directory_is_no_work() {
    let dir = TempDir::new().unwrap();
    let output = dashboard(["--once", dir.path().to_str().unwrap()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("There is no file"), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_dashboard"));
    let dir = TempDir::new().unwrap();
    let [missing, file] = &no_directories(dir.path(), "file");
    for arguments in [
        &["--once", missing.as_str()] as &[&str],
        &["--once", file],
        &["--seconds", "0"],
        &["one", "two"],
    ] {
        let output = dashboard(arguments);
        assert!(output.refused("dashboard"), "{arguments:?}: {output:?}");
    }
}

fn dashboard(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_dashboard"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    assert!(leaves_no_file(
        env!("CARGO_BIN_EXE_dashboard"),
        ["--once", "--seconds", "60"]
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    let arguments = ["--once", "--seconds", "0.2"];
    offload_examples::program::fits_terminals(env!("CARGO_BIN_EXE_dashboard"), &arguments);
}
