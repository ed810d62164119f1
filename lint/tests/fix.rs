//! `--fix` on a copy of a small program: what it changes, and what it does not.

mod kit;

use std::fs;

use kit::{Folder, text, with_attribute};

const PROGRAM: &str = r#"//! A program that blocks in two ways.

/// Reads.
fn size(path: &str) -> usize {
    std::fs::read(path).map_or(0, |bytes| bytes.len())
}

fn fill(to: &mut Vec<u8>) {
    to.extend(std::fs::read("Cargo.toml").unwrap_or_default());
}

async fn serve() -> usize {
    let mut bytes = Vec::new();
    fill(&mut bytes);
    size("Cargo.toml") + bytes.len()
}

fn main() {
    let call = Box::pin(serve());
    drop(call as std::pin::Pin<Box<dyn Future<Output = usize>>>);
}
"#;

#[test]
fn safe_functions_are_annotated_and_others_left() {
    let folder = with_attribute("fix", PROGRAM);
    let output = folder.fix(&[], &[]);
    let report = text(&output.stdout);
    let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    let attribute = "/// Reads.\n#[tokio_offload::offload]\nfn size(";
    let expected = PROGRAM.replace("/// Reads.\nfn size(", attribute);
    let expected = expected.replace("\"Cargo.toml\") + b", "\"Cargo.toml\").await + b");
    assert_eq!(changed, expected, "{report}");
    assert!(report.contains("src/main.rs:4: annotated"), "{report}");
    let awaited = "src/main.rs:15: `.await` added";
    assert!(report.contains(awaited), "{report}");
    assert!(report.contains("1 more by hand"), "{report}");
}

/// In a workspace whose packages give the crate another name.
#[test]
fn the_attribute_has_the_name_that_the_package_knows() {
    let folder = with_attribute("renamed", PROGRAM);
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("a manifest");
    let manifest = manifest.replace("[workspace]\n", "");
    let renamed = "a-side = { package = \"tokio-offload\", ";
    folder.write(
        "app/Cargo.toml",
        &manifest.replace("tokio-offload = { ", renamed),
    );
    folder.write("app/src/main.rs", PROGRAM);
    folder.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"app\"]\n",
    );
    let report = text(&folder.fix(&[], &["-p", "renamed"]).stdout);
    let changed = fs::read_to_string(folder.0.join("app/src/main.rs")).expect("the program");
    assert!(
        changed.contains("\n#[a_side::offload]\nfn size("),
        "{changed} {report}"
    );
}

/// Calls that without `.await` would do nothing any more, and of which the compiler would say nothing.
const SILENT: &str = r#"//! A program whose calls are of no interest to it.

use std::{fs, io, path::Path};

fn cleanup(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

fn clear(path: &Path) -> io::Result<()> {
    fs::remove_dir(path)
}

fn trim(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path)
}

fn save(path: &Path, number: u8) -> io::Result<()> {
    fs::write(path, [number])
}

fn keep(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

fn tree(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        tree(&entry.path());
    }
}

async fn serve() {
    let path = Path::new("x");
    let _ = cleanup(path);
    drop(
        clear(path),
    );
    boxed(async move { trim(path) });
    boxed(async move {
        save(
            path,
            1,
        )
    });
    let _ = {
        tree(path);
        keep(path)
    };
}

fn boxed<T: 'static>(call: impl Future<Output = T> + 'static) {
    drop(Box::pin(call) as std::pin::Pin<Box<dyn Future<Output = T>>>);
}

fn main() {
    boxed(serve());
}
"#;

/// The attribute would be another item's, or would not compile.
const CROWDED: &str = r#"//! A program whose functions share lines.

use std::{error::Error, fs};

struct Store;
impl Store { fn load(&self) -> usize { usize::from(fs::exists("one line").is_ok()) } }

struct Kept<T>(T);

impl<T> Kept<T> {
    fn load(&self) -> usize {
        usize::from(fs::exists("generic").is_ok())
    }
}

fn first() -> usize { 1 } fn second() -> usize { usize::from(fs::exists("second").is_ok()) }

fn config() -> Result<String, Box<dyn Error>> {
    Ok(fs::read_to_string("config")?)
}

#[inline] fn third() -> usize { usize::from(fs::exists("third").is_ok()) }

async fn serve() -> usize {
    let kept = Store.load() + Kept(1).load() + first() + second() + third();
    kept + usize::from(config().is_ok())
}

fn main() {
    let call = Box::pin(serve());
    drop(call as std::pin::Pin<Box<dyn Future<Output = usize>>>);
}
"#;

#[test]
fn only_whole_lines_are_annotated() {
    let folder = with_attribute("crowded", CROWDED);
    let report = text(&folder.fix(&[], &[]).stdout);
    let after = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    let third = "#[tokio_offload::offload]\n#[inline] fn third";
    let expected = CROWDED.replace("#[inline] fn third", third);
    let expected = expected.replace("+ third();", "+ third().await;");
    assert_eq!(after, expected, "{report}");
}

#[test]
fn calls_that_nobody_looks_at_still_run() {
    let folder = with_attribute("silent", SILENT);
    let report = text(&folder.lint(&[], &["--offline"]).stdout);
    let twin = "put `#[offload(blocking = blocking_tree)]` on `fn tree`";
    assert!(report.contains(twin), "{report}");
    let output = folder.fix(&[], &["--deny"]);
    let report = text(&output.stdout);
    let after = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    let mut expected = SILENT.to_owned();
    for name in ["cleanup", "clear", "trim", "save", "keep"] {
        let function = format!("\nfn {name}(");
        let attribute = format!("\n#[tokio_offload::offload]{function}");
        expected = expected.replace(&function, &attribute);
    }
    for call in [
        "cleanup(path)",
        "clear(path)",
        "trim(path)",
        "keep(path)\n",
        "            1,\n        )",
    ] {
        let end = call.trim_end();
        expected = expected.replace(call, &format!("{end}.await{}", &call[end.len()..]));
    }
    assert_eq!(after, expected, "{report}");
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("by hand"), "{report}");
}

/// One program is async and the other is not. Where the call of the latter is inlined, only debug information shows it.
#[test]
fn code_that_is_not_async_may_be_in_another_program() {
    let manifest = "[package]\nname = \"app\"\nedition = \"2024\"\n[workspace]\n";
    let server = "\
async fn serve() {
    app::save(\"x\");
}
fn main() {
    drop(Box::pin(serve()) as std::pin::Pin<Box<dyn Future<Output = ()>>>);
}
";
    for inline in ["", "#[inline(always)]\n"] {
        let save =
            format!("{inline}pub fn save(path: &str) {{\n    drop(std::fs::read(path));\n}}\n");
        let files = [
            ("Cargo.toml", manifest),
            ("src/lib.rs", &save),
            ("src/bin/server.rs", server),
            ("src/bin/cli.rs", "fn main() { app::save(\"y\"); }\n"),
        ];
        let folder = Folder::new("two programs", &files);
        let report = text(&folder.lint(&[], &[]).stdout);
        let twin = "`#[offload(blocking = blocking_save)]` on `fn save`";
        assert!(report.contains(twin), "{report}");
        folder.lint(&[], &["--fix"]);
        let after = fs::read_to_string(folder.0.join("src/lib.rs")).expect("the library");
        assert_eq!(after, save);
    }
}

/// Functions that async code calls, and that it gives to other crates by their names. These call them, and look at nothing.
const NAMED: &str = r#"//! A program that counts.

fn load(path: &str) -> bool {
    std::fs::exists(path).is_ok()
}

fn tidy() {
    drop(std::fs::remove_file("x"));
}

async fn serve() -> usize {
    tidy();
    drop(std::thread::spawn(tidy));
    usize::from(load("a")) + ["b", "c"].into_iter().map(load).count()
}

fn main() {
    let call = Box::pin(serve());
    std::hint::black_box(call as std::pin::Pin<Box<dyn Future<Output = usize>>>);
}
"#;

#[test]
fn what_other_crates_call_by_its_name_is_left() {
    let manifest = "[package]\nname = \"named\"\nedition = \"2024\"\n[workspace]\n";
    let files = [("Cargo.toml", manifest), ("src/main.rs", NAMED)];
    let folder = Folder::new("named in other crates", &files);
    for arguments in [&["--fix"][..], &["--fix", "--release"]] {
        let output = folder.lint(&[], arguments);
        let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(changed, NAMED, "{said}");
        assert!(said.contains("2 more by hand"), "{said}");
    }
}
