//! `fs` and `wrappers`: the programs that wrap what others wrote.

use std::{ffi::OsStr, fs};

use tempfile::TempDir;

use crate::program::{Ended, run};

#[test]
fn fs_copies_a_tree_both_ways() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("below")).unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("below/two"), vec![2; 200_000]).unwrap();
    let options = ["--seconds", "0.05"].map(OsStr::new);
    let output = run("fs", options.iter().chain([&dir.path().as_os_str()]));
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "2 files with 200003 bytes, in 2 folders",
        "canonicalize",
        "remove_file",
        "Both ways found, read and copied the same.",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    is_neat(&output);
}

#[test]
fn fs_takes_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = run("fs", [dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("There is no file"), "{output:?}");
}

#[test]
fn wrappers_keep_accounts_and_archives() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("n".repeat(200)), "long").unwrap();
    let output = run("wrappers", [dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "2 files under",
        "bob: welcome",
        "the name is taken",
        "bob: logged in",
        "bob: no such name and password",
        "eve: no such name and password",
        "no \"not in it\"",
        "Err: ",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    is_neat(&output);
}

#[test]
fn wrappers_take_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = run("wrappers", [dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("0 files under"), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn both_take_names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let dir = TempDir::new().unwrap();
    let odd = dir.path().join(OsStr::from_bytes(b"odd\xff\n"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join(OsStr::from_bytes(b"\xfe")), "file").unwrap();
    let options = ["--seconds", "0.05"].map(OsStr::new);
    let output = run("fs", options.iter().chain([&odd.as_os_str()]));
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains(r"odd\xFF\n"), "{output:?}");
    let output = run("wrappers", [&odd]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(
        output.out.contains("Skipped: 1 unreadable path"),
        "{output:?}"
    );
}

/// No line of a table is wider than a terminal, but one that says a path; nothing goes wrong on the side.
fn is_neat(output: &Ended) {
    let wide = |line: &&str| line.chars().count() > 100 && !line.contains(" under ");
    assert_eq!(output.out.lines().find(wide), None, "{output:?}");
    assert!(output.err.is_empty(), "{output:?}");
}
