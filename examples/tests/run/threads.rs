//! `pools` and `owner`: the programs that bring threads of their own.

use std::{ffi::OsStr, fs};

use tempfile::TempDir;

use crate::program::run;

#[test]
fn pools_keep_account() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("data"), vec![1; 100_000]).unwrap();
    // So many clients are more than both pools take, on a machine of any usual size.
    let (options, dir) = (["--seconds", "0.05", "--clients", "400"], dir.path());
    let output = run(
        "pools",
        options.map(OsStr::new).iter().chain([&dir.as_os_str()]),
    );
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
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn pools_take_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("empty"), "").unwrap();
    let output = run("pools", [dir.path()]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("There is no data"), "{output:?}");
}

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
        let output = run("owner", arguments);
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
    let output = run("owner", [dir.path()]);
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
    let output = run("owner", arguments);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.err.contains("of another program"), "{output:?}");
    assert_eq!(fs::read(&database).unwrap(), before);
}
