//! `offload-lint.toml`: what it allows, what it adds, and its errors.

mod kit;

use std::process::Output;

use kit::{Folder, places, text};

const PROGRAM: &str = r#"//! A program that blocks in two ways.

#[inline(never)]
fn crunch() -> u64 {
    (0..100).sum()
}

async fn serve() -> u64 {
    std::thread::sleep(std::time::Duration::from_millis(1));
    slow::crunch() + crunch()
}

mod slow {
    #[inline(never)]
    pub fn crunch() -> u64 {
        std::fs::read("Cargo.toml").map_or(0, |bytes| bytes.len() as u64)
    }
}

fn main() {
    let call = Box::pin(serve());
    drop(call as std::pin::Pin<Box<dyn Future<Output = u64>>>);
}
"#;

const MANIFEST: &str = "[package]\nname = \"allow\"\nedition = \"2024\"\n[workspace]\n";

fn lint(name: &str, settings: &str) -> Output {
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", PROGRAM),
        ("offload-lint.toml", settings),
    ];
    Folder::new(name, &files).lint(&[], &["--deny"])
}

/// A workspace of two packages, one of which also has an example.
fn workspace(settings: &str) -> Folder {
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    let commented = PROGRAM.replace(
        "    std::thread",
        "    // offload-lint: allow(sleep): a moment\n    std::thread",
    );
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"one\", \"two\"]\n",
        ),
        ("one/Cargo.toml", &package("one")),
        ("one/src/main.rs", "fn main() {}\n"),
        ("one/examples/more.rs", &commented),
        ("two/Cargo.toml", &package("two")),
        ("two/src/main.rs", PROGRAM),
        ("offload-lint.toml", settings),
    ];
    Folder::new("allow-in-workspace", &files)
}

/// An allowance may be for a package or program that was not examined.
#[test]
fn an_allowance_is_idle_only_where_it_was_looked() {
    let settings = r#"
        [[allow]]
        path = "two"
        reason = "another team's"

        [[allow]]
        id = "fs"
        reason = "small"
    "#;
    let folder = workspace(settings);
    let output = folder.lint(&[], &["-p", "one", "--deny"]);
    assert!(
        text(&output.stdout).starts_with("No call was found"),
        "{}",
        text(&output.stderr)
    );
    assert!(output.status.success());
    // Now everything has been examined, so allowances without effect are reported.
    folder.write("two/src/main.rs", "fn main() {}\n");
    let report = text(
        &folder
            .lint(&[], &["--workspace", "--bins", "--examples"])
            .stdout,
    );
    assert!(
        report.contains("`path = \"two\"` allows nothing"),
        "{report}"
    );
    assert!(!report.contains("`id = \"fs\"`"), "{report}");
    folder.write(
        "one/examples/more.rs",
        "//! Nothing.\nfn main() {} // offload-lint: allow\n",
    );
    let report = text(
        &folder
            .lint(&[], &["--workspace", "--bins", "--examples"])
            .stdout,
    );
    assert!(report.contains("`id = \"fs\"` allows nothing"), "{report}");
    assert!(
        report.contains("one/examples/more.rs:2: this comment allows nothing"),
        "{report}"
    );
}

#[test]
fn allowances_silence_and_idle_ones_are_told() {
    let settings = r#"
        [[allow]]
        id = "sleep"
        reason = "a millisecond"

        [[allow]]
        path = "src/other.rs"
        reason = "gone"
    "#;
    let report = text(&lint("allowances", settings).stdout);
    assert!(!report.contains("std::thread::sleep"), "{report}");
    assert!(report.contains("`std::fs::read` blocks"), "{report}");
    assert!(
        report.contains("`path = \"src/other.rs\"` allows nothing"),
        "{report}"
    );
}

/// Of its own functions, the project knows better than their code what they do. Others are followed.
#[test]
fn a_group_may_name_functions_of_the_package() {
    let code = r#"
#[inline(always)]
fn device() -> bool {
    std::fs::read("device").is_ok() || sensor()
}

#[unsafe(no_mangle)]
extern "C" fn sensor() -> bool {
    std::fs::read("sensor").is_ok()
}

struct Own;

impl std::net::ToSocketAddrs for Own {
    type Iter = std::vec::IntoIter<std::net::SocketAddr>;
    fn to_socket_addrs(&self) -> std::io::Result<Self::Iter> {
        std::fs::read("hosts").map(|_| Vec::new().into_iter())
    }
}

async fn serve() -> u64 {
    use std::net::ToSocketAddrs as _;
    u64::from(device())
        + u64::from(sensor())
        + u64::from(Own.to_socket_addrs().is_ok())
}
"#;
    let (_, rest) = PROGRAM.split_once("mod slow").expect("it has one");
    let settings = r#"
        [[group]]
        id = "hardware"
        level = 1
        reason = "It answers late."
        help = "ask later"
        functions = ["allow::device", "sensor"]
    "#;
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", &format!("{code}mod slow{rest}")),
        ("offload-lint.toml", settings),
    ];
    let output = Folder::new("own group", &files).lint(&[], &[]);
    let report = text(&output.stdout);
    let said = format!("{report}{}", text(&output.stderr));
    assert_eq!(
        places(&output),
        ["src/main.rs:17", "src/main.rs:23", "src/main.rs:24"],
        "{said}"
    );
    for name in ["allow::device", "sensor"] {
        let words = format!("`{name}` blocks an async worker [hardware, level 1]");
        assert!(report.contains(&words), "{report}");
    }
}

/// Where nothing is found, the reason of the exit code has its place too.
#[test]
fn idle_allowances_are_told_in_every_format() {
    let settings = "[[allow]]\npath = \"gone\"\nreason = \"gone\"\n[[allow]]\npath = \"src\"\nreason = \"a test\"\n";
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", PROGRAM),
        ("offload-lint.toml", settings),
    ];
    let folder = Folder::new("idle", &files);
    for format in ["text", "json", "sarif"] {
        let output = folder.lint(&[], &["--deny", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let report = text(&output.stdout).replace('\\', "");
        assert!(
            report.contains("`path = \"gone\"` allows nothing"),
            "{report}"
        );
    }
}

#[test]
fn idle_allowances_are_left_by_fix() {
    let files = [
        ("Cargo.toml", MANIFEST),
        ("src/main.rs", "fn main() {} // offload-lint: allow\n"),
    ];
    let folder = Folder::new("idle and fixed", &files);
    let output = folder.lint(&[], &["--deny", "--fix"]);
    let report = text(&output.stdout);
    assert!(report.contains("1 allowance of nothing"), "{report}");
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(folder.lint(&[], &["--fix"]).status.success());
}

#[test]
fn everything_allowed_is_clean() {
    let settings = "[[allow]]\npath = \"src\"\nreason = \"a test\"\n";
    let output = lint("clean", settings);
    assert!(output.status.success(), "{}", text(&output.stdout));
}

#[test]
fn a_file_that_is_no_text_is_a_mistake() {
    let files = [("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() {}\n")];
    let folder = Folder::new("no text", &files);
    std::fs::write(folder.0.join("offload-lint.toml"), [0xff, 0xfe]).expect("a file");
    let output = folder.lint(&[], &[]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(error.contains("cannot read offload-lint.toml"), "{error}");
}

#[test]
fn mistakes_in_the_file_are_named() {
    let wrong = |name, settings, words: &str| {
        let output = lint(name, settings);
        assert_eq!(output.status.code(), Some(2));
        let error = text(&output.stderr);
        assert!(error.contains(words), "{error}");
    };
    wrong(
        "key",
        "[[allow]]\nfile = \"a\"\nreason = \"b\"\n",
        "unknown field `file`",
    );
    wrong(
        "all",
        "[[allow]]\nreason = \"b\"\n",
        "would allow everything",
    );
    let group = "[[group]]\nid = \"x\"\nlevel = 9\nreason = \"\"\nhelp = \"\"\nfunctions = []\n";
    wrong("level", group, "write one from 1 to 4");
    let group = "[[group]]\nid = \"x\"\nlevel = 1\nreason = \"\"\nhelp = \"\"\nfunctions = [\"crunch::\"]\n";
    wrong("path", group, "`crunch::` is no path");
}

#[test]
fn groups_of_a_project_are_explained_as_well() {
    let folder = Folder::new(
        "explained",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\nedition = \"2021\"\n[workspace]\n",
            ),
            ("src/lib.rs", ""),
            (
                "offload-lint.toml",
                "[[group]]\nid = \"ledger\"\nlevel = 1\nreason = \"It answers late.\"\nhelp = \"\"\nfunctions = [\"ledger::ask\"]\n",
            ),
        ],
    );
    for (id, words) in [("ledger", "It answers late."), ("sleep", "sleeps")] {
        let output = folder.lint(&[], &["--explain", id]);
        let said = text(&output.stdout);
        assert!(said.contains(words), "{said}{}", text(&output.stderr));
    }
}
