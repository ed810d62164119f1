//! `owner`, with good and bad input.

use std::{ffi::OsStr, fs};

use offload_examples::program::{Ended, explains_itself, no_directories, run};
use tempfile::TempDir;

#[test]
fn owner_records_a_directory_again() {
    let (dir, place) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(dir.path().join("one.txt"), "one").unwrap();
    fs::write(dir.path().join("two"), "two").unwrap();
    let database = place.path().join("files.db");
    let arguments = [
        OsStr::new("--database"),
        database.as_os_str(),
        dir.path().as_os_str(),
    ];
    for _ in 0..2 {
        let output = owner(arguments);
        assert_eq!(output.code, Some(0), "{output:?}");
        for text in [
            "Recorded 2 files (6 bytes)",
            "counted to 200",
            "UNIQUE constraint failed: file.path; still 2 rows",
            "panic: on purpose; still 2 rows",
            "Err: interrupted; the next query says 42",
            "Checked and closed",
        ] {
            assert!(output.out.contains(text), "{text:?} in {output:?}");
        }
        assert!(output.err.is_empty(), "{output:?}");
    }
    assert!(database.is_file());
}

#[test]
fn owner_takes_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = owner([dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("Recorded 0 files"), "{output:?}");
}

#[test]
fn owner_leaves_the_database_of_others() {
    let dir = TempDir::new().unwrap();
    let database = dir.path().join("theirs.db");
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("CREATE TABLE file (x)").unwrap();
    other.close().unwrap();
    let before = fs::read(&database).unwrap();
    let arguments = [
        OsStr::new("--database"),
        database.as_os_str(),
        dir.path().as_os_str(),
    ];
    let output = owner(arguments);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.err.contains("of another program"), "{output:?}");
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_owner"));
    let dir = TempDir::new().unwrap();
    // Longer than the header of a database, and nothing like it.
    let [missing, file] = &no_directories(dir.path(), &"file".repeat(100));
    let (below, here) = (&format!("{missing}/below"), dir.path().to_str().unwrap());
    for arguments in [
        &[missing.as_str()] as &[&str],
        &["one", "two"],
        &["--database"],
        &["--database", below, here],
        &["--database", here, here],
        &["--database", file, here],
    ] {
        let output = owner(arguments);
        assert!(output.refused("owner"), "{arguments:?}: {output:?}");
    }
}

fn owner(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_owner"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    leaves_no_file(env!("CARGO_BIN_EXE_owner"), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    offload_examples::program::fits_terminals(env!("CARGO_BIN_EXE_owner"), &[]);
}
