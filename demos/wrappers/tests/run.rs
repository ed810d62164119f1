//! `wrappers`, with good and bad input.

use std::{ffi::OsStr, fs};

use offload_examples::program::{Ended, explains_itself, no_directories, run};
use tempfile::TempDir;

#[test]
fn wrappers_keep_accounts_and_archives() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("n".repeat(200)), "long").unwrap();
    let output = wrappers([dir.path()]);
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
    output.is_neat();
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn wrappers_take_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = wrappers([dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("0 files under"), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let dir = TempDir::new().unwrap();
    let odd = dir.path().join(OsStr::from_bytes(b"odd\xff\n"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join(OsStr::from_bytes(b"\xfe")), "file").unwrap();
    let output = wrappers([&odd]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(
        output.out.contains("Skipped: 1 unreadable path"),
        "{output:?}"
    );
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_wrappers"));
    let dir = TempDir::new().unwrap();
    let [missing, file] = &no_directories(dir.path(), "file");
    for arguments in [
        &[missing.as_str()] as &[&str],
        &[file],
        &["one", "two"],
        &["--unknown"],
    ] {
        let output = wrappers(arguments);
        assert!(output.refused("wrappers"), "{arguments:?}: {output:?}");
    }
}

fn wrappers(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_wrappers"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    leaves_no_file(env!("CARGO_BIN_EXE_wrappers"), [""; 0]);
}
