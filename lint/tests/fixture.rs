//! The fixture, which has every case, as reports tell of it. `BLESS=1` writes the expected reports anew.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Runs the lint on the fixture, which is built in a folder of its own with `flags`.
fn lint(folder: &str, flags: &[(&str, &str)], arguments: &[&str]) -> Output {
    let root = root();
    Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"))
        .args(["offload-lint", "-p", "lint-fixture"])
        .args(arguments)
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target").join(folder))
        .env_remove("RUSTFLAGS")
        .envs(flags.iter().copied())
        .output()
        .expect("the lint starts")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the lint is a member of a workspace")
        .to_owned()
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

fn is_as_expected(name: &str, output: &Output) {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/expected")
        .join(name);
    let report = text(&output.stdout);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &report).expect("the expected report is written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(report, expected, "{name}: BLESS=1 if it is better now");
}

#[test]
fn each_site_is_reported_and_nothing_else() {
    is_as_expected("plain.txt", &lint("lint", &[], &[]));
}

#[test]
fn levels_take_in_less_and_more() {
    is_as_expected("level1.txt", &lint("lint", &[], &["--level", "1"]));
    is_as_expected("level4.txt", &lint("lint", &[], &["--level", "4"]));
}

#[test]
fn other_programs_read_json_and_sarif() {
    is_as_expected("plain.json", &lint("lint", &[], &["--format", "json"]));
    is_as_expected("plain.sarif", &lint("lint", &[], &["--format", "sarif"]));
}

/// The sites do not depend on how names are written into the program, nor on what was inlined.
#[test]
fn names_and_optimisation_do_not_matter() {
    let flags = [
        ("RUSTFLAGS", "-Csymbol-mangling-version=v0"),
        ("CARGO_PROFILE_DEV_OPT_LEVEL", "1"),
    ];
    let other = lint("lint-v0", &flags, &[]);
    let plain = lint("lint", &[], &[]);
    let places = |output: &Output| -> Vec<String> {
        let report = text(&output.stdout);
        let places = report.lines().filter(|line| line.contains("--> "));
        places.map(|line| line.trim().to_owned()).collect()
    };
    let missing: Vec<String> = places(&plain)
        .into_iter()
        .filter(|place| !places(&other).contains(place))
        .collect();
    assert!(places(&plain).len() > 8, "{}", text(&plain.stdout));
    assert_eq!(missing, Vec::<String>::new(), "{}", text(&other.stdout));
}

#[test]
fn findings_are_denied_on_request() {
    assert_eq!(lint("lint", &[], &[]).status.code(), Some(0));
    assert_eq!(lint("lint", &[], &["--deny"]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_done_is_said() {
    let unknown = lint("lint", &[], &["--level", "7"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("from 1 to 4"));
    let explained = lint("lint", &[], &["--explain", "sleep"]);
    assert!(text(&explained.stdout).contains("std::thread::sleep"));
    let unknown = lint("lint", &[], &["--explain", "slep"]);
    assert!(text(&unknown.stderr).contains("no group `slep`"));
}
