//! What is said where there is nothing to look at.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::{env, process::Command, time::Duration};

use kit::{Folder, text};
use offload_limits::output_within;

#[test]
fn outside_of_a_package_cargo_is_quoted_once() {
    let mut lint = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"));
    lint.arg("offload-lint").current_dir(env::temp_dir());
    let output = output_within(Duration::from_secs(60), &mut lint);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.starts_with("error: could not find `Cargo.toml` in "),
        "{said}"
    );
    assert_eq!(said.matches("error").count(), 1, "{said}");
}

/// The error comes before anything is built.
#[test]
fn a_package_that_is_not_there_is_told_with_those_that_are() {
    let package = |name| format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n");
    let folder = Folder::new(
        "absent",
        &[
            (
                "Cargo.toml",
                "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"help\"]\n",
            ),
            ("app/Cargo.toml", &package("app")),
            ("app/src/main.rs", "fn main() {}\n"),
            ("help/Cargo.toml", &package("help")),
            ("help/src/lib.rs", ""),
        ],
    );
    for wrong in ["nobody", "app@7.0.0", "tokio"] {
        for arguments in [&["-p", wrong][..], &["--workspace", "-p", wrong]] {
            let output = folder.lint(&[], arguments);
            let expected =
                format!("error: no package `{wrong}` in this workspace, which has: app, help\n");
            assert_eq!(text(&output.stderr), expected);
            assert_eq!(output.status.code(), Some(2), "{expected}");
        }
    }
}

/// Cargo would only say so when it builds, or build the target of another package.
#[test]
fn targets_that_are_not_there_are_told_with_those_that_are() {
    let manifest = "[package]\nname = \"app\"\nedition = \"2021\"\n[workspace]\n";
    let files = [("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")];
    let folder = Folder::new("no targets", &files);
    folder.write("src/bin/other.rs", "fn main() {}\n");
    for (arguments, words) in [
        (
            &["--bin", "wrong"][..],
            "no binary `wrong` in app: there are app, other",
        ),
        (
            &["--fix", "--bin", "wrong"],
            "no binary `wrong` in app: there are app, other",
        ),
        (
            &["--workspace", "--bin", "app", "--example", "wrong"],
            "no example `wrong` in app: there are none",
        ),
    ] {
        let output = folder.lint(&[], arguments);
        assert_eq!(text(&output.stderr), format!("error: {words}\n"));
        assert_eq!(output.status.code(), Some(2));
    }
    let some = folder.lint(&[], &["--bin", "oth*"]);
    assert!(some.status.success(), "{}", text(&some.stderr));
}
