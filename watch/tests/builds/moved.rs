//! A program whose file was renamed, replaced or removed after its start, and one that was started under another name.

use std::{
    ffi::OsStr,
    fs,
    io::stdin,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    path::Path,
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
    // In lists of the kernel, names are between spaces and end with a line. They need not be text.
    for name in [&b"a (deleted)\n\\012 b"[..], b"\xff"] {
        let odd = place.join(OsStr::from_bytes(name));
        fs::hard_link(&file, &odd).unwrap();
        names_itself("odd", &odd, || ());
    }
}

/// Starts the program, which waits for `change` before it watches itself.
fn names_itself(what: &str, program: &Path, change: impl FnOnce()) {
    let mut child = Child::of(program, "waits later");
    child.wait_until_ready();
    change();
    child.go_on();
    let said = child.line();
    let full = "called by `builds::receive` (tests/builds/main.rs:";
    assert!(said.contains(full), "{what}: {said}");
    assert!(child.has_ended_well(), "{what}");
}

/// In a child: the watch starts when the parent sends a line.
pub(super) fn waits_later() {
    println!("ready");
    stdin().read_line(&mut String::new()).unwrap();
    waits();
}
