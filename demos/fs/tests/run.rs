//! `fs`, with good and bad input.

use std::{ffi::OsStr, fs};

use offload_examples::program::{Ended, explains_itself, no_directories, run};
use tempfile::TempDir;

#[test]
fn fs_copies_a_tree_both_ways() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("below")).unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("below/two"), vec![2; 200_000]).unwrap();
    let options = ["--seconds", "0.05"].map(OsStr::new);
    let output = fs_program(options.iter().chain([&dir.path().as_os_str()]));
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "2 files with 200003 bytes, in 2 folders",
        "canonicalize",
        "remove_file",
        "Both ways found, read and copied the same.",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    output.is_neat();
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn fs_takes_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = fs_program([dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("There is no file"), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let dir = TempDir::new().unwrap();
    let odd = dir.path().join(OsStr::from_bytes(b"odd\xff\n"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join(OsStr::from_bytes(b"\xfe")), "file").unwrap();
    let options = ["--seconds", "0.05"].map(OsStr::new);
    let output = fs_program(options.iter().chain([&odd.as_os_str()]));
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains(r"odd\xFF\n"), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_fs"));
    let dir = TempDir::new().unwrap();
    let [missing, file] = &no_directories(dir.path(), "file");
    for arguments in [
        &[missing.as_str()] as &[&str],
        &[file],
        &["--seconds", "0"],
        &["one", "two"],
    ] {
        let output = fs_program(arguments);
        assert!(output.refused("fs"), "{arguments:?}: {output:?}");
    }
}

fn fs_program(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_fs"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    assert!(leaves_no_file(
        env!("CARGO_BIN_EXE_fs"),
        ["--seconds", "60"]
    ));
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    offload_examples::program::fits_terminals(
        env!("CARGO_BIN_EXE_fs"),
        &["--seconds", "0.05", "src"],
    );
}
