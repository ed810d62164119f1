//! Runs the example programs as a newcomer does, with good and bad input.

use std::{ffi::OsStr, fs, path::Path};

use program::{Ended, run};
use tempfile::TempDir;

#[path = "run/foreign.rs"]
mod foreign;
#[path = "run/program.rs"]
mod program;
#[cfg(target_os = "linux")]
#[path = "run/sandbox.rs"]
mod sandbox;
#[path = "run/service.rs"]
mod service;
#[path = "run/threads.rs"]
mod threads;

#[test]
fn quickstart_reads_every_file_three_ways() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("below")).unwrap();
    fs::write(dir.path().join("one"), "one").unwrap();
    fs::write(dir.path().join("below/two"), vec![2; 200_000]).unwrap();
    let output = quickstart(dir.path());
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "SHA-256 of 2 files",
        "agree on every checksum: 2 of 2",
        "Skipped: 0 unreadable paths",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    for way in ["called directly", "spawn_blocking by hand", "#[offload]"] {
        assert!(output.out.contains(way), "{way:?} in {output:?}");
    }
}

#[test]
fn quickstart_takes_an_empty_directory() {
    let dir = TempDir::new().unwrap();
    let output = quickstart(dir.path());
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(
        output.out.contains("There is no file to read"),
        "{output:?}"
    );
}

#[test]
fn quickstart_leaves_out_what_is_generated() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("source"), "source").unwrap();
    fs::create_dir(dir.path().join("target")).unwrap();
    fs::write(dir.path().join("target/CACHEDIR.TAG"), "Signature").unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join(".git/HEAD"), "ref").unwrap();
    let output = quickstart(dir.path());
    assert!(output.out.contains("SHA-256 of 1 file "), "{output:?}");
    assert!(
        output
            .out
            .contains("2 folders of version control or caches"),
        "{output:?}"
    );
}

#[cfg(unix)]
#[test]
fn quickstart_skips_what_it_cannot_read() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("fine"), "fine").unwrap();
    symlink("missing", at("broken")).unwrap();
    symlink(".", at("loop")).unwrap();
    symlink("itself", at("itself")).unwrap();
    symlink("fine", at("link")).unwrap();
    fs::write(at("closed"), "closed").unwrap();
    fs::set_permissions(at("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads what is closed to others.
    let closed = fs::read(at("closed")).is_err();

    let output = quickstart(dir.path());
    assert_eq!(output.code, Some(0), "{output:?}");
    let (files, skipped) = if closed {
        ("1 file ", 4)
    } else {
        ("2 files ", 3)
    };
    assert!(
        output.out.contains(&format!("SHA-256 of {files}")),
        "{output:?}"
    );
    assert!(
        output.out.contains(&format!(
            "Skipped: {skipped} unreadable paths, 1 symbolic link"
        )),
        "{output:?}"
    );
    for name in ["broken", "loop", "itself"] {
        assert!(
            output.out.contains(&format!("/{name}\"\n")),
            "{name:?} in {output:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn quickstart_takes_names_that_are_not_text() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let dir = TempDir::new().unwrap();
    let odd = dir.path().join(OsStr::from_bytes(b"odd\xff\n"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("file"), "file").unwrap();
    let output = quickstart(&odd);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains(r"odd\xFF\n"), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    let dir = TempDir::new().unwrap();
    let (missing, file) = (dir.path().join("missing"), dir.path().join("file"));
    // Longer than the header of a database, and nothing like it.
    fs::write(&file, "file".repeat(100)).unwrap();
    let below = missing.join("below");
    let (missing, file) = (missing.to_str().unwrap(), file.to_str().unwrap());
    let (missing_below, here) = (below.to_str().unwrap(), dir.path().to_str().unwrap());
    for (name, arguments) in [
        ("quickstart", &[missing] as &[&str]),
        ("quickstart", &[file]),
        ("quickstart", &["one", "two"]),
        ("quickstart", &["--seconds", "none"]),
        ("quickstart", &["--unknown"]),
        ("blocking_tasks", &["--scale", "0"]),
        ("blocking_tasks", &["--scale", "-1"]),
        ("blocking_tasks", &["--scale", "NaN"]),
        ("blocking_tasks", &["--scale", "inf"]),
        ("blocking_tasks", &["--scale"]),
        ("blocking_tasks", &["extra"]),
        ("before_after", &["extra"]),
        ("pools", &[missing]),
        ("pools", &[file]),
        ("pools", &["--seconds", "0"]),
        ("pools", &["--clients", "0"]),
        ("pools", &["--clients", "1.5"]),
        ("owner", &[missing]),
        ("owner", &["one", "two"]),
        ("owner", &["--database"]),
        ("owner", &["--database", missing_below, here]),
        ("owner", &["--database", here, here]),
        ("owner", &["--database", file, here]),
        ("fs", &[missing]),
        ("fs", &[file]),
        ("fs", &["--seconds", "0"]),
        ("fs", &["one", "two"]),
        ("wrappers", &[missing]),
        ("wrappers", &[file]),
        ("wrappers", &["one", "two"]),
        ("wrappers", &["--unknown"]),
        ("service", &["--seconds", "0"]),
        ("service", &["--requests", "0"]),
        ("service", &["--serve", "127.0.0.1"]),
        ("service", &["extra"]),
        ("dashboard", &["--once", missing]),
        ("dashboard", &["--once", file]),
        ("dashboard", &["--seconds", "0"]),
        ("dashboard", &["one", "two"]),
        ("sandbox", &[missing]),
        ("sandbox", &[here]),
        ("sandbox", &["--rounds", "0"]),
        ("sandbox", &["--unknown"]),
    ] {
        let output = run(name, arguments);
        assert_eq!(output.code, Some(2), "{name} {arguments:?}: {output:?}");
        assert!(
            output.out.is_empty() && output.err.starts_with(name),
            "{name} {arguments:?}: {output:?}"
        );
    }
}

#[test]
fn blocking_tasks_overlap_only_when_started() {
    let output = run("blocking_tasks", ["--scale", "0.1"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let total = |scene: &str| {
        let row = output
            .out
            .lines()
            .rfind(|line| line.contains(scene))
            .unwrap();
        row.trim()
            .strip_prefix(scene)
            .unwrap()
            .trim()
            .split(' ')
            .next()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    assert!(total("one after the other") >= 0.5, "{output:?}");
    assert!(total("two tasks that block the loop") >= 0.5, "{output:?}");
    assert!(
        total("started, then awaited") < total("one after the other"),
        "{output:?}"
    );
}

#[test]
fn before_and_after_agree() {
    let output = run("before_after", [""; 0]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("panic: "), "{output:?}");
    assert!(output.err.is_empty(), "{output:?}");
}

fn quickstart(dir: &Path) -> Ended {
    run(
        "quickstart",
        [OsStr::new("--seconds"), OsStr::new("0.05"), dir.as_os_str()],
    )
}
