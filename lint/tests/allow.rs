//! `offload-lint.toml`: what it allows, what it adds, and what is wrong with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

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

fn lint(name: &str, settings: &str) -> Output {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"allow\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(folder.join("src/main.rs"), PROGRAM).expect("a program");
    fs::write(folder.join("offload-lint.toml"), settings).expect("the settings");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"))
        .args(["offload-lint", "--deny"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .expect("the lint starts");
    fs::remove_dir_all(&folder).expect("nothing is left behind");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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

#[test]
fn everything_allowed_is_clean() {
    let settings = "[[allow]]\npath = \"src\"\nreason = \"a test\"\n";
    let output = lint("clean", settings);
    assert!(output.status.success(), "{}", text(&output.stdout));
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
    let group =
        "[[group]]\nid = \"x\"\nlevel = 1\nreason = \"\"\nhelp = \"\"\nfunctions = [\"crunch\"]\n";
    wrong("path", group, "`crunch` is no path");
}
