//! `cluster`, run as somebody runs it: whatever happens, all pictures are made and nothing is left.

#![cfg(target_os = "linux")]

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use image::{Rgb, RgbImage};
use offload_examples::program::{Ended, explains_itself, no_directories, run};
use offload_limits::{ended, limit_all};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

fn cluster(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_cluster"), arguments)
}

/// Whether there is a server to show anything with. All thumbnails are made.
fn shows(ended: &Ended) -> bool {
    shows_with(ended, 0)
}

/// The same with this exit code.
fn shows_with(ended: &Ended, code: i32) -> bool {
    let missing = ended.err.contains("there is no nats-server");
    assert_eq!(
        ended.code,
        Some(if missing { 2 } else { code }),
        "{ended:?}"
    );
    assert!(
        !missing || std::env::var_os("OFFLOAD_REQUIRE_NATS").is_none(),
        "{ended:?}"
    );
    if missing {
        println!("skipped: {}", ended.err);
    }
    !missing
}

fn has_server() -> bool {
    shows(&cluster(["--nodes", "1", "--images", "1"]))
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("nats-server");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    let ended = command.env("NATS_SERVER", &missing).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    let names = said.contains(missing.to_str().unwrap());
    assert!(said.starts_with("cluster: NATS_SERVER") && names, "{said}");
}

/// It is looked for as a shell does. The program here ends at once.
#[test]
fn a_named_server_is_found_on_the_path() {
    let dir = TempDir::new().unwrap();
    for name in ["nats-server", "other"] {
        symlink("/bin/false", dir.path().join(name)).unwrap();
    }
    for named in ["", "other"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
        command.env("NATS_SERVER", named).env("PATH", dir.path());
        let ended = command.output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("does not listen"), "{named:?}: {said}");
    }
}

#[test]
fn every_thumbnail_is_made_though_a_node_is_killed() {
    let ended = cluster(["--images", "60"]);
    if shows(&ended) {
        for text in ["node 1 is killed", "60 of 60 thumbnails", " 0 failed"] {
            assert!(ended.out.contains(text), "{text:?} in {ended:?}");
        }
    }
}

#[test]
fn a_folder_of_pictures_and_what_is_none() {
    let from = TempDir::new().unwrap();
    let picture = RgbImage::from_pixel(400, 100, Rgb([1, 2, 3]));
    picture.save(from.path().join("wide.png")).unwrap();
    picture.save(from.path().join("two words.jpg")).unwrap();
    fs::write(from.path().join("broken.png"), "no picture").unwrap();
    fs::write(from.path().join("notes.txt"), "no picture either").unwrap();
    let to = from.path().join("thumbs");
    let folder = from.path().to_str().unwrap();
    let ended = cluster(["--nodes", "1", "--out", to.to_str().unwrap(), folder]);
    if shows_with(&ended, 1) {
        assert!(ended.out.contains("2 of 3 thumbnails"), "{ended:?}");
        assert!(ended.out.contains("broken.png: "), "{ended:?}");
        let mut names: Vec<_> = fs::read_dir(&to)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["two words.jpg.png", "wide.png.png"]);
        let small = image::open(to.join("wide.png.png")).unwrap();
        assert_eq!((small.width(), small.height()), (160, 40));
    }
}

#[test]
fn a_folder_that_takes_no_files_is_named() {
    let ended = cluster(["--nodes", "1", "--images", "2", "--out", "/proc"]);
    if shows_with(&ended, 1) {
        assert!(ended.out.contains("/proc/picture-1.png"), "{ended:?}");
        assert!(ended.out.contains("2 failed"), "{ended:?}");
    }
}

#[test]
fn nothing_is_left_when_it_is_stopped() {
    limit_all();
    if !has_server() {
        return;
    }
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        let place = TempDir::new().unwrap();
        let mut show = Command::new(env!("CARGO_BIN_EXE_cluster"))
            .args(["--images", "100000", "--no-kill"])
            .env("TMPDIR", place.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(show.stdout.take().unwrap()).lines();
        let is_under_way = |line: &String| line.contains(" made, ");
        let line = lines.by_ref().map(Result::unwrap).find(is_under_way);
        assert!(line.is_some(), "{signal:?}");
        assert_ne!(processes_with(place.path()), 0, "they are seen");
        kill_process(Pid::from_child(&show), signal).unwrap();
        let status = ended(&mut show);
        let told = (signal != Signal::KILL).then_some(130);
        assert_eq!(status.code(), told, "{signal:?}: {status:?}");
        drop(lines);
        // Those of a show that was killed see it by themselves.
        let begun = Instant::now();
        let is_left = || processes_with(place.path()) > 0 || !is_empty(place.path());
        while is_left() {
            assert!(begun.elapsed() < Duration::from_secs(180), "{signal:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// How many processes were told of this place for files.
fn processes_with(folder: &Path) -> usize {
    let wanted = format!("TMPDIR={}", folder.display());
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let environments = processes.filter_map(|entry| fs::read(entry.path().join("environ")).ok());
    environments
        .filter(|text| {
            text.split(|byte| *byte == 0)
                .any(|one| one == wanted.as_bytes())
        })
        .count()
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_cluster"));
    for arguments in [
        &["--nodes", "0"] as &[&str],
        &["--images", "no"],
        &["--what"],
        &["one", "two"],
    ] {
        let ended = cluster(arguments);
        assert!(ended.refused("cluster"), "{arguments:?}: {ended:?}");
    }
    let dir = TempDir::new().unwrap();
    for path in no_directories(dir.path(), "file") {
        let ended = cluster([path.as_str()]);
        assert!(
            ended.refused("cluster") && ended.err.contains(&path),
            "{ended:?}"
        );
    }
    let help = cluster(["--help"]);
    assert!(help.code == Some(0) && help.out.contains("k kills a node"));
}

#[test]
fn narrow_terminals_have_room_for_every_line() {
    if !has_server() {
        return;
    }
    let arguments = ["--plain", "--images", "20"];
    offload_examples::program::fits_terminals(env!("CARGO_BIN_EXE_cluster"), &arguments);
}

#[test]
fn no_pictures_are_no_work() {
    let dir = TempDir::new().unwrap();
    let ended = cluster([dir.path()]);
    assert!(
        ended.code == Some(0) && ended.out.contains("no PNG or JPEG"),
        "{ended:?}"
    );
}

#[test]
fn a_node_and_a_caller_are_two_programs() {
    let (caller, node) = (
        env!("CARGO_BIN_EXE_thumbs-caller"),
        env!("CARGO_BIN_EXE_thumbs-node"),
    );
    explains_itself(caller);
    explains_itself(node);
    assert!(run(caller, [""; 0]).refused("thumbs-caller"));
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("missing.png");
    let ended = run(caller, [&missing]);
    let says = ended.err.contains("missing.png");
    assert!(ended.refused("thumbs-caller") && says, "{ended:?}");
    assert!(run(node, ["word"]).refused("thumbs-node"));
}
