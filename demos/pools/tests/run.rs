//! `pools`, with good and bad input.

use std::{ffi::OsStr, fs};

use offload_examples::program::{Ended, explains_itself, no_directories, run};
use tempfile::TempDir;

#[test]
fn pools_keep_account() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("data"), vec![1; 100_000]).unwrap();
    // So many clients are more than both pools take, on a machine of any usual size.
    let (options, dir) = (["--seconds", "0.05", "--clients", "400"], dir.path());
    let output = pools(options.map(OsStr::new).iter().chain([&dir.as_os_str()]));
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "2 blocks of 64 KiB to pack and 1 file to copy",
        "cpu closed: ",
        "disk closed: ",
        "The clients counted the same.",
        "\"Busy\" was said after",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    // Its lines come while it runs, and a terminal is 80 columns wide.
    let lines = output.out.lines().filter(|line| line.contains('│'));
    let live = lines.take_while(|line| !line.contains("pools no crowd"));
    for line in live {
        assert!(line.chars().count() <= 80, "{line:?} in {output:?}");
    }
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn pools_take_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("empty"), "").unwrap();
    let output = pools([dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("There is no data"), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_pools"));
    let dir = TempDir::new().unwrap();
    let [missing, file] = &no_directories(dir.path(), "file");
    for arguments in [
        &[missing.as_str()] as &[&str],
        &[file],
        &["--seconds", "0"],
        &["--clients", "0"],
        &["--clients", "1.5"],
    ] {
        let output = pools(arguments);
        assert!(output.refused("pools"), "{arguments:?}: {output:?}");
    }
}

fn pools(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_pools"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    assert!(leaves_no_file(env!("CARGO_BIN_EXE_pools"), [""; 0]));
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    offload_examples::program::fits_terminals(
        env!("CARGO_BIN_EXE_pools"),
        &["--seconds", "0.1", "--clients", "4"],
    );
}
