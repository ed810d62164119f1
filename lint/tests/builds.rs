//! Builds of all kinds: missing debug information is added by a second build. The lint reports what it cannot examine, and what would help.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::{
    fs, io,
    process::{Command, Stdio},
};

use kit::{Folder, places, text};

const MANIFEST: &str =
    "[package]\nname = \"app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n[workspace]\n";

/// The blocking call is in line 6.
const PROGRAM: &str = "\
//! A program that blocks.

use std::{future::Future, hint::black_box, pin::Pin, task::{Context, Waker}};

async fn serve() {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

fn main() {
    let mut call: Pin<Box<dyn Future<Output = ()>>> = black_box(Box::pin(serve()));
    let _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}
";

fn app(name: &str, profile: &str) -> Folder {
    let manifest = format!("{MANIFEST}{profile}");
    Folder::new(name, &[("Cargo.toml", &manifest), ("src/main.rs", PROGRAM)])
}

#[test]
fn what_a_profile_leaves_out_is_built_in() {
    let profiles = [
        "[profile.dev]\ndebug = false\n",
        "[profile.dev]\ndebug = \"line-tables-only\"\n",
        "[profile.dev]\nstrip = true\n",
        "[profile.dev]\nsplit-debuginfo = \"packed\"\n",
        "[profile.dev]\nsplit-debuginfo = \"unpacked\"\n",
        "[profile.dev]\nopt-level = 2\ndebug = 0\n",
        "[profile.dev.package.app]\ndebug = 0\n",
        "[profile.dev.package.\"app@1.2\"]\ndebug = 0\n",
        "[profile.dev]\npanic = \"abort\"\nopt-level = 3\n",
    ];
    for profile in profiles {
        let output = app("profiles in a folder with spaces", profile).lint(&[], &[]);
        let said = text(&output.stderr);
        assert_eq!(places(&output), ["src/main.rs:6"], "{profile}: {said}");
        let again = said.contains("with the debug information");
        assert_eq!(again, !profile.contains("panic"), "{profile}: {said}");
    }
}

/// The debug information of other packages may be in separate files, or missing.
#[test]
fn other_packages_may_have_it_in_files_of_their_own() {
    for split in ["packed", "unpacked"] {
        let profile = format!(
            "[dependencies]\nhelp = {{ path = \"help\" }}\n[profile.dev]\nsplit-debuginfo = \"{split}\"\n"
        );
        let folder = app("split", &profile);
        folder.write(
            "help/Cargo.toml",
            "[package]\nname = \"help\"\nversion = \"0.0.0\"\nedition = \"2021\"\n",
        );
        folder.write(
            "help/src/lib.rs",
            "pub fn waits() { std::thread::sleep(std::time::Duration::from_millis(1)); }",
        );
        let sleep = "std::thread::sleep(std::time::Duration::from_millis(1))";
        folder.write("src/main.rs", &PROGRAM.replace(sleep, "help::waits()"));
        let output = folder.lint(&[], &[]);
        let said = text(&output.stderr);
        assert_eq!(places(&output), ["src/main.rs:6"], "{split}: {said}");
    }
}

#[test]
fn profiles_by_name_are_those_that_get_it() {
    let named = "[profile.small]\ninherits = \"release\"\nstrip = true\nlto = \"fat\"\n";
    for arguments in [&["--release"][..], &["--profile", "small"]] {
        let output = app("named", named).lint(&[], arguments);
        assert_eq!(
            places(&output),
            ["src/main.rs:6"],
            "{}",
            text(&output.stderr)
        );
    }
}

/// Cargo wants one spelling of a package in all of them.
#[test]
fn profiles_may_inherit_settings_of_packages() {
    let small = "[profile.small]\ninherits = \"slim\"\n";
    let slim =
        "[profile.slim]\ninherits = \"release\"\n[profile.release.package.app]\nopt-level = 1\n";
    let folder = app("inherited", small);
    folder.write(".cargo/config.toml", "include = [\"more.toml\"]\n");
    folder.write(".cargo/more.toml", slim);
    let alone = app("inherited in one file", &format!("{small}{slim}"));
    for folder in [folder, alone] {
        let output = folder.lint(&[], &["--workspace", "--profile", "small"]);
        assert_eq!(
            places(&output),
            ["src/main.rs:6"],
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn what_the_user_has_built_is_used_as_it_is() {
    let folder = app("reused", "");
    let first = text(&folder.lint(&[], &[]).stderr);
    assert!(first.contains("Compiling app"), "{first}");
    let second = text(&folder.lint(&[], &[]).stderr);
    assert!(!second.contains("Compiling"), "{second}");
}

#[test]
fn what_flags_leave_out_is_said_with_what_would_help() {
    for (flags, words) in [
        ("-Cstrip=symbols", "it has no symbols; leave out `-C strip`"),
        (
            "-Cstrip=debuginfo",
            "it has no debug information about the package; leave out `-C debuginfo`, `-C strip`",
        ),
        (
            "-Cdebuginfo=0",
            "it has no debug information about the package; leave out `-C debuginfo`",
        ),
        (
            "-Csplit-debuginfo=packed",
            "in files of its own; leave out `-C split-debuginfo`",
        ),
        (
            "-Csplit-debuginfo=unpacked",
            "in files of its own; leave out `-C split-debuginfo`",
        ),
        (
            "--remap-path-prefix=src=/elsewhere",
            "leave out `-C debuginfo`, `-C strip` and `--remap-path-prefix`",
        ),
    ] {
        let output = app("flags", "").lint(&[("RUSTFLAGS", flags)], &[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flags}: {said}");
        assert!(said.contains(words), "{flags}: {said}");
    }
}

#[test]
fn a_program_that_does_not_build_and_a_library_alone_are_said_to_be() {
    let folder = app("broken", "");
    folder.write("src/main.rs", "fn main() { 7 }");
    let output = folder.lint(&[], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("the program does not build"));
    fs::remove_file(folder.0.join("src/main.rs")).expect("it was there");
    folder.write("src/lib.rs", "");
    let output = folder.lint(&[], &[]);
    let said = text(&output.stderr);
    assert!(
        said.contains("a library is seen through a program"),
        "{said}"
    );
    assert!(said.contains("there are none yet"), "{said}");
    folder.write("examples/calls.rs", PROGRAM);
    let said = text(&folder.lint(&[], &[]).stderr);
    assert!(said.contains("there are --example calls"), "{said}");
    let needs =
        "[features]\nextra = []\n[[example]]\nname = \"calls\"\nrequired-features = [\"extra\"]\n";
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("it is there");
    folder.write("Cargo.toml", &(manifest + needs));
    let said = text(&folder.lint(&[], &[]).stderr);
    let offered = "there are --example calls --features extra\n";
    assert!(said.ends_with(offered), "{said}");
}

/// A workspace with a virtual root, a renamed dependency, a build script, a macro, and code that is not compiled.
#[test]
fn a_workspace_of_all_kinds_of_packages() {
    let folder = Folder::new(
        "workspace",
        &[
            (
                "Cargo.toml",
                "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"help\", \"words\"]\n",
            ),
            (
                "app/Cargo.toml",
                "[package]\nname = \"app\"\nversion = \"0.0.0\"\nedition = \"2018\"\n[dependencies]\naid = { package = \"help\", path = \"../help\" }\nwords = { path = \"../words\" }\n",
            ),
            (
                "app/build.rs",
                "fn main() { std::thread::sleep(std::time::Duration::from_millis(1)); }",
            ),
            (
                "app/src/main.rs",
                "\
use std::{future::Future, pin::Pin};
#[cfg(any())]
async fn absent() { std::thread::sleep(std::time::Duration::from_millis(1)); }
words::naps!();
async fn serve() -> u32 {
    naps();
    aid::waits(
        3)
}
fn main() {
    drop(Box::pin(serve()) as Pin<Box<dyn Future<Output = u32>>>);
}
",
            ),
            (
                "help/Cargo.toml",
                "[package]\nname = \"help\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
            ),
            (
                "help/src/lib.rs",
                "#[inline(never)]\npub fn waits(times: u32) -> u32 {\n    if times == 0 { return 0; }\n    std::thread::sleep(std::time::Duration::from_millis(1));\n    waits(times - 1)\n}\n",
            ),
            (
                "words/Cargo.toml",
                "[package]\nname = \"words\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n",
            ),
            (
                "words/src/lib.rs",
                "#[proc_macro]\npub fn naps(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    \"fn naps() { std::thread::sleep(std::time::Duration::from_millis(1)); }\".parse().unwrap()\n}\n",
            ),
        ],
    );
    for arguments in [
        &[][..],
        &["--workspace"],
        &["-p", "app"],
        &["-p", "app@0.0.0"],
        &["-p", "a?p*"],
        &["--workspace", "--exclude", "*el*"],
    ] {
        let output = folder.lint(&[], arguments);
        let found = places(&output);
        let told = format!(
            "{arguments:?}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        assert!(found.contains(&"app/src/main.rs:4".to_owned()), "{told}");
        let of_help = if arguments == ["--workspace"] {
            "help/src/lib.rs:4"
        } else {
            "app/src/main.rs:7"
        };
        if !arguments.is_empty() {
            assert!(found.contains(&of_help.to_owned()), "{told}");
        }
        assert!(
            found.iter().all(|place| place != "app/src/main.rs:3"),
            "{told}"
        );
        assert!(!told.contains("build.rs"), "{told}");
    }
}

/// The setting of the command line spells the package without its version, and cargo wants one spelling.
#[test]
fn options_of_cargo_are_passed_to_it() {
    let folder = app("options", "");
    let setting = "profile.dev.package.app.debug=0";
    let arguments = "-q --all-targets --color never --target-dir out --config";
    let arguments: Vec<&str> = arguments.split(' ').chain([setting]).collect();
    let output = folder.lint(&[], &arguments);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(places(&output), ["src/main.rs:6"]);
    assert!(folder.0.join("out").exists() && !folder.0.join("target").exists());
}

/// The reader stops reading, as with `| head`.
#[test]
fn a_closed_output_pipe_is_no_error() {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    let mut lint = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"));
    lint.args(["offload-lint", "--explain", "fs"]);
    let status = lint.stdout(writer).stderr(Stdio::null()).status();
    assert!(status.expect("it runs").success());
}
