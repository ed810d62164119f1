//! A program whose file was renamed, replaced or removed after its start, and one that was started under another name.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::stdin,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    path::Path,
    process::Command,
};

use offload_limits::Folder;

use super::{child::Child, copy, waits};

/// What happens to the file of the running program, and how it was started.
type Move = fn(&Path);

pub(super) fn checks() {
    let moves: [(&str, Move); 4] = [
        ("renamed", |file| {
            fs::rename(file, file.with_extension("new")).unwrap();
        }),
        ("removed", |file| fs::remove_file(file).unwrap()),
        ("replaced", |file| {
            fs::remove_file(file).unwrap();
            fs::write(file, "another program").unwrap();
        }),
        ("with a second name", |file| {
            fs::hard_link(file, file.with_extension("second")).unwrap();
            fs::remove_file(file).unwrap();
        }),
    ];
    for (what, change) in moves {
        let place = Folder::new("watch moved");
        let file = copy(place.path(), &[]).unwrap();
        names_itself(what, &file, || change(&file));
    }
    let place = Folder::new("watch-moved");
    let file = copy(place.path(), &[]).unwrap();
    let link = place.join("link");
    symlink(&file, &link).unwrap();
    names_itself("linked", &link, || ());
    starts_in_another_folder(&place);
    // In lists of the kernel, names are between spaces and end with a line. They need not be text.
    for name in [&b"a (deleted)\n\\012 b"[..], b"\xff"] {
        let odd = place.join(OsStr::from_bytes(name));
        fs::hard_link(&file, &odd).unwrap();
        names_itself("odd", &odd, || ());
    }
}

/// By a path that leads nowhere from the folder that it goes to.
fn starts_in_another_folder(place: &Folder) {
    let mut program = Command::new("./copy");
    let child = Child::started(program.arg("waits elsewhere").current_dir(place.path()));
    says_its_name("elsewhere", child, || ());
}

/// In a child: the same as `waits_later`, in another folder.
pub(super) fn waits_elsewhere() {
    env::set_current_dir("/").unwrap();
    waits_later();
}

/// Starts the program, which waits for `change` before it watches itself.
fn names_itself(what: &str, program: &Path, change: impl FnOnce()) {
    says_its_name(what, Child::of(program, "waits later"), change);
}

fn says_its_name(what: &str, mut child: Child, change: impl FnOnce()) {
    child.wait_until_ready();
    change();
    child.go_on();
    let said = child.line();
    // Paths are relative to the folder that the program runs in.
    let full = ["called by `builds::receive` (", "tests/builds/main.rs:"];
    assert!(full.iter().all(|it| said.contains(it)), "{what}: {said}");
    assert!(child.has_ended_well(), "{what}");
}

/// In a child: the watch starts when the parent sends a line.
pub(super) fn waits_later() {
    println!("ready");
    stdin().read_line(&mut String::new()).unwrap();
    waits();
}
