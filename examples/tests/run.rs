//! Runs `quickstart` as a newcomer does, with good and bad input.

use std::{ffi::OsStr, fs, path::Path};

use offload_examples::{
    program::{Ended, example, explains_itself, no_directories, run},
    scratch::Scratch,
};

#[test]
fn quickstart_hashes_large_files_three_ways() {
    let dir = Scratch::new().unwrap();
    fs::create_dir(dir.path().join("below")).unwrap();
    for file in ["one", "two", "three", "below/four"] {
        fs::write(dir.path().join(file), vec![4; 2 << 20]).unwrap();
    }
    let output = quickstart(dir.path());
    assert_eq!(output.code, Some(0), "{output:?}");
    for text in [
        "Hashing 4 files (8 MB) under",
        "agree on every checksum: 4 of 4",
        "Skipped: 0 unreadable paths",
    ] {
        assert!(output.out.contains(text), "{text:?} in {output:?}");
    }
    for way in ["called directly", "spawn_blocking by hand", "#[offload]"] {
        assert_eq!(output.out.matches(way).count(), 2, "{way:?} in {output:?}");
    }
    assert!(!output.out.contains("Small files"), "{output:?}");
}

#[test]
fn quickstart_makes_files_where_there_are_none() {
    let dir = Scratch::new().unwrap();
    let output = quickstart(dir.path());
    assert_eq!(output.code, Some(0), "{output:?}");
    let (_, place) = output.out.split_once(" made in \"").unwrap();
    let (place, _) = place.split_once('"').unwrap();
    assert!(place.contains("offload-examples-"), "{output:?}");
    assert!(!Path::new(place).exists(), "left behind: {output:?}");
    let agree = "agree on every checksum: 8 of 8";
    assert!(output.out.contains(agree), "{output:?}");
}

#[test]
fn quickstart_draws_what_it_measured() {
    let dir = Scratch::new().unwrap();
    fs::write(dir.path().join("large"), vec![4; 2 << 20]).unwrap();
    let svg = dir.path().join("ticker.svg");
    let arguments = ["--seconds", "0.05", "--svg", svg.to_str().unwrap()];
    let output = run(
        example("quickstart"),
        arguments.into_iter().chain(dir.path().to_str()),
    );
    assert_eq!(output.code, Some(0), "{output:?}");
    let drawn = fs::read_to_string(&svg).unwrap();
    for way in ["called directly", "spawn_blocking by hand", "#[offload]"] {
        assert_eq!(drawn.matches(way).count(), 1, "{drawn}");
    }
    assert!(
        drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"),
        "{drawn}"
    );
    assert!(drawn.matches("v-").count() > 100, "{drawn}");

    let refused = run(example("quickstart"), ["--seconds", "0.05", "--svg", "/"]);
    // Before anything is measured.
    assert!(refused.refused("quickstart"), "{refused:?}");
    assert!(refused.err.contains("\"/\""), "{refused:?}");

    let (left, missing) = (dir.path().join("left.svg"), dir.path().join("missing"));
    let arguments = [Path::new("--svg"), &left, &missing];
    let refused = run(example("quickstart"), arguments);
    assert!(refused.refused("quickstart"), "{refused:?}");
    assert!(!left.exists(), "left behind: {refused:?}");
}

#[test]
fn quickstart_leaves_out_what_is_generated() {
    let dir = Scratch::new().unwrap();
    fs::write(dir.path().join("source"), "source").unwrap();
    fs::create_dir(dir.path().join("target")).unwrap();
    fs::write(dir.path().join("target/CACHEDIR.TAG"), "Signature").unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join(".git/HEAD"), "ref").unwrap();
    let output = quickstart(dir.path());
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

    let dir = Scratch::new().unwrap();
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
    let skipped = if closed { 4 } else { 3 };
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

    let dir = Scratch::new().unwrap();
    let odd = dir.path().join(OsStr::from_bytes(b"odd\xff\n"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("file"), "file").unwrap();
    let output = quickstart(&odd);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains(r"odd\xFF\n"), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(example("quickstart"));
    let dir = Scratch::new().unwrap();
    let [missing, file] = &no_directories(dir.path(), "file");
    for arguments in [
        &[missing.as_str()] as &[&str],
        &[file],
        &["one", "two"],
        &["--seconds", "none"],
        &["--unknown"],
        &["--svg"],
    ] {
        let output = run(example("quickstart"), arguments);
        assert!(output.refused("quickstart"), "{arguments:?}: {output:?}");
    }
}

fn quickstart(dir: &Path) -> Ended {
    run(
        example("quickstart"),
        [OsStr::new("--seconds"), OsStr::new("0.05"), dir.as_os_str()],
    )
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    // Files are made where there are none.
    let dir = Scratch::new().unwrap();
    let svg = dir.path().join("ticker.svg");
    let [svg_path, dir_path] = [&svg, dir.path()].map(|path| path.to_str().unwrap());
    let arguments = ["--seconds", "60", "--svg", svg_path, dir_path];
    assert!(leaves_no_file(example("quickstart"), arguments));
    assert!(!svg.exists(), "left behind, and nothing was drawn");
}

/// As below `nohup`, and in the background of a script.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_a_program_where_it_is_ignored() {
    let test = std::env::current_exe().unwrap();
    let script = "trap '' INT; exec \"$@\"";
    let words = ["--exact", "ctrl_c_leaves_nothing"].map(OsStr::new);
    let words = ["-c", script, "sh"]
        .map(OsStr::new)
        .into_iter()
        .chain([test.as_os_str()])
        .chain(words);
    let output = run("sh", words);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("1 passed"), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    use offload_examples::program::fits_terminals;

    fits_terminals(example("quickstart"), &["--seconds", "0.05"]);
}
