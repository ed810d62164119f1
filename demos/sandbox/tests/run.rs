//! `sandbox`: what hostile files do to worker processes, and to nothing else.

#![cfg(target_os = "linux")]

use std::{ffi::OsStr, fs, path::Path};

use offload_examples::program::{Ended, explains_itself, run};
use tempfile::TempDir;

#[test]
fn sandbox_survives_every_file() {
    let output = sandbox(["--rounds", "2"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    for (file, answer) in [
        ("small.png", "picture 64x48, mean #"),
        ("half.png", "refused: "),
        ("deep.svg", "died of SIG"),
        ("endless.run", "killed after "),
        ("bomb.png", "died of SIGABRT, pid "),
        ("outside.bmp", "panicked at decode.rs:"),
        ("marker.jpg", "exited with code 3, pid "),
    ] {
        let row = row(&output, file);
        assert!(row.contains(answer) && row.contains(" 2/2 "), "{output:?}");
    }
    let announced = output.out.find("from the workers: panics");
    assert!(announced < output.out.find("small.png"), "{output:?}");
    assert!(announced.is_some(), "{output:?}");
    for text in [
        "28 uploads for 2 worker processes, each file 2 times",
        "the good files again: 6 of 6 decoded",
        "the one async thread answered ",
        "6 died by themselves, 2 were killed",
        "none of them is left",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    output.is_neat();
    // Three that have died, both at first, and at the end those that have been started again by then.
    assert!(pids(&output.out).count() > 3 + 2, "{output:?}");
    for pid in pids(&output.out) {
        assert!(!Path::new("/proc").join(pid).exists(), "{pid}: {output:?}");
    }
}

#[test]
fn sandbox_takes_files_of_any_kind() {
    let dir = TempDir::new().unwrap();
    let named = |name: &str| dir.path().join(name);
    fs::write(named("two\nlines"), "of no use").unwrap();
    fs::write(named(&"n".repeat(200)), b"BM and so on").unwrap();
    let files = [named("two\nlines"), named(&"n".repeat(200))];
    let rounds = ["--rounds", "1"].map(Path::new);
    let output = sandbox(rounds.into_iter().chain(files.iter().map(|file| &**file)));
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(row(&output, "two").contains("refused: "), "{output:?}");
    assert!(
        row(&output, "nnnnnnnn...").contains("panicked at"),
        "{output:?}"
    );
    output.is_neat();
}

/// The line of the table for a file.
fn row<'a>(output: &'a Ended, file: &str) -> &'a str {
    let starts = |line: &&str| line.trim_start().starts_with(file);
    let row = output.out.lines().find(starts);
    row.unwrap_or_else(|| panic!("{file} in {output:?}"))
}

/// The processes that are named.
fn pids(text: &str) -> impl Iterator<Item = &str> {
    let number = |text: &str| text.find(|sign: char| !sign.is_ascii_digit());
    text.split("pid ")
        .skip(1)
        .map(move |text| &text[..number(text).unwrap_or(text.len())])
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_sandbox"));
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("missing");
    let (missing, here) = (missing.to_str().unwrap(), dir.path().to_str().unwrap());
    for arguments in [
        &[missing] as &[&str],
        &[here],
        &["--rounds", "0"],
        &["--unknown"],
    ] {
        let output = sandbox(arguments);
        assert!(output.refused("sandbox"), "{arguments:?}: {output:?}");
    }
}

fn sandbox(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_sandbox"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_process;

    assert!(leaves_no_process(
        env!("CARGO_BIN_EXE_sandbox"),
        ["--rounds", "1000"]
    ));
}
