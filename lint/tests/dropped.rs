//! Types that block where async code drops their values.

mod kit;

use kit::{app, places, text};

const CODE: &str = "\
use std::{fs, hint::black_box, io, path::Path, sync::Arc, thread::JoinHandle};

struct Plain(u8);
impl Drop for Plain {
    fn drop(&mut self) { black_box(self.0); drop(fs::remove_file(\"plain\")); }
}
struct InVec(u8);
impl Drop for InVec {
    fn drop(&mut self) { black_box(self.0); drop(fs::remove_file(\"vec\")); }
}
struct Shared(u8);
impl Drop for Shared {
    fn drop(&mut self) { black_box(self.0); drop(fs::remove_file(\"shared\")); }
}
struct Joins(Option<JoinHandle<()>>);
impl Drop for Joins {
    fn drop(&mut self) { self.0.take().map(JoinHandle::join); }
}
struct Field { joins: Joins, number: u8 }

// Async code calls it, too.
#[inline(never)]
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_dir(path)
}
struct Removes(u8);
impl Drop for Removes {
    fn drop(&mut self) { black_box(self.0); drop(remove(Path::new(\"removes\"))); }
}

// Only a thread drops it.
struct Elsewhere(u8);
impl Drop for Elsewhere {
    fn drop(&mut self) { black_box(self.0); drop(fs::remove_file(\"elsewhere\")); }
}
fn works() {
    black_box(Elsewhere(1));
}

async fn serve(number: u8) {
    let _plain = Plain(number);
    let all = black_box(vec![InVec(number)]);
    let shared = black_box(Arc::new(Shared(number)));
    let field = black_box(Field { joins: Joins(None), number });
    let removes = black_box(Removes(number));
    std::future::ready(()).await;
    black_box((&all, &shared, field.number, field.joins.0.is_some(), &removes));
    black_box(remove(Path::new(\"now\")).is_ok());
    std::thread::spawn(works);
    // A file of the standard library is closed.
    drop(black_box(None::<fs::File>));
}
";

#[test]
fn a_drop_of_the_package_is_followed() {
    let folder = app("dropped", "", CODE);
    let lines = |level| {
        let output = folder.lint(&[], &["--level", level]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        (places(&output), text(&output.stdout))
    };
    let place = |line: &str| {
        let lines = CODE.lines().position(|one| one.contains(line));
        format!("src/main.rs:{}", lines.expect("it is there") + 1)
    };
    // The call that async code makes itself keeps its level.
    let (usual, _) = lines("3");
    assert_eq!(usual, [place("fs::remove_dir(path)")]);
    let (all, report) = lines("4");
    let expected = [
        "(\"plain\")",
        "(\"vec\")",
        "(\"shared\")",
        "JoinHandle::join",
        "fs::remove_dir(path)",
    ];
    assert_eq!(all, expected.map(place), "{report}");
    assert_eq!(
        report.matches("help: `Drop` cannot await").count(),
        4,
        "{report}"
    );
}
