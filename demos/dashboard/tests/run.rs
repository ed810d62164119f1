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
    let output = dashboard(["--once", "--fault", "--seconds", "6", here]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let told: Vec<_> = output
        .out
        .lines()
        .filter(|line| line.starts_with("Blocked: worker "))
        .collect();
    assert!((1..=3).contains(&told.len()), "{output:?}");
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let name = "called by `dashboard::read_settings` (";
        assert!(told.iter().any(|line| line.contains(name)), "{output:?}");
        let advice = "Advice: `dashboard::read_settings` (";
        assert!(output.out.contains(advice), "{output:?}");
    }
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
