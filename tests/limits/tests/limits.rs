//! What hangs is ended, and says what it has printed.

#![cfg(unix)]
#![allow(missing_docs, reason = "a test")]

use std::{
    env,
    panic::catch_unwind,
    process::{Command, Stdio},
    time::Duration,
};

use offload_limits::{Folder, ended, limit_all, only, output, output_within, rounds_within};

#[test]
fn a_program_that_hangs_is_killed_and_what_it_printed_is_shown() {
    // On a busy machine it may not come so far in the first.
    let shown = (0..8).any(|times| {
        let hangs = catch_unwind(|| {
            let limit = Duration::from_millis(100) * 2_u32.pow(times);
            let script = "echo begun; exec sleep 1000";
            output_within(limit, Command::new("sh").args(["-c", script]))
        });
        let said = hangs.unwrap_err().downcast::<String>().unwrap();
        assert!(said.contains("hangs"), "{said}");
        said.contains("signal: 9") && said.contains("\nbegun\n")
    });
    assert!(shown);
}

#[test]
fn a_slow_machine_plays_fewer_rounds_but_not_too_few() {
    let played = |time, most| rounds_within(time, most).count();
    assert_eq!(played(Duration::ZERO, 100_000), 1_000);
    assert_eq!(played(Duration::ZERO, 3), 1);
    assert_eq!(played(Duration::MAX, 5_000), 5_000);
}

#[test]
fn a_program_that_ends_says_how() {
    let mut command = Command::new("sh");
    let end = output(command.args(["-c", "echo out; echo err >&2; exit 3"]));
    assert_eq!((end.status.code(), &*end.stdout), (Some(3), &b"out\n"[..]));
    assert_eq!(end.stderr, b"err\n");
    let mut child = Command::new("cat").stdin(Stdio::null()).spawn().unwrap();
    assert!(ended(&mut child).success());
}

#[test]
fn a_test_program_that_hangs_ends() {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env("OFFLOAD_SECONDS_OF_ALL", "1");
    let end = output(only(&mut command, "hangs"));
    assert_eq!(end.status.code(), Some(101), "{end:?}");
    let said = String::from_utf8_lossy(&end.stderr);
    assert!(said.contains("hangs, and its threads stand"), "{said}");
}

#[test]
#[ignore = "never ends by itself"]
fn hangs() {
    limit_all();
    let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_folder_goes_with_a_test_that_fails() {
    let folder = Folder::new("limits");
    std::fs::write(folder.join("file"), "content").unwrap();
    let path = folder.path().to_owned();
    assert!(path.join("file").exists());
    catch_unwind(move || panic!("with {folder:?}")).unwrap_err();
    assert!(!path.exists());
}
