//! The reports about the fixture, which has every case. `BLESS=1` rewrites the expected reports.

mod kit;

use std::{env, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Output};

use kit::{fixture, places, text};

fn lint(arguments: &[&str]) -> Output {
    fixture(&[], &[&["--example", "lint-fixture"], arguments].concat())
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
    is_as_expected("plain.txt", &lint(&[]));
}

#[test]
fn async_code_of_every_form_is_seen() {
    let forms = fixture(&[], &["--example", "lint-forms"]);
    is_as_expected("forms.txt", &forms);
    let tests = fixture(&[], &["--test", "lint-tests"]);
    is_as_expected("tests.txt", &tests);
}

#[test]
fn calls_through_pointers_are_seen() {
    let pointers = |level| fixture(&[], &["--example", "lint-pointers", "--level", level]);
    is_as_expected("pointers.txt", &pointers("4"));
    // The program does not show whether these functions are called.
    let all = places(&pointers("4"));
    let certain = places(&pointers("3"));
    let perhaps = all.iter().filter(|place| !certain.contains(place));
    let lines = perhaps.filter_map(|place| place.rsplit(':').next());
    assert_eq!(lines.collect::<Vec<_>>(), ["100", "108", "127", "169"]);
}

#[test]
fn closures_that_the_standard_library_calls_are_seen() {
    let closures = fixture(&[], &["--example", "lint-closures"]);
    is_as_expected("closures.txt", &closures);
    assert_eq!(places(&closures).len(), 9);
}

#[test]
fn what_waits_in_the_standard_library_is_known() {
    let source = include_str!("../fixture/src/waits.rs");
    let marked = source.lines().enumerate().filter_map(|(line, text)| {
        let (_, group) = text.rsplit_once(" // ")?;
        (!group.contains(' ')).then(|| format!("{} {group}", line + 1))
    });
    let waits = fixture(&[], &["--example", "lint-waits"]);
    let report = text(&waits.stdout);
    let groups = report.lines().filter_map(|line| {
        let (_, group) = line.strip_suffix(']')?.rsplit_once('[')?;
        Some(group.split(',').next()?.to_owned())
    });
    let lines = places(&waits).into_iter();
    let lines = lines.filter_map(|place| Some(place.rsplit_once(':')?.1.to_owned()));
    let found = lines.zip(groups).map(|(line, id)| format!("{line} {id}"));
    assert_eq!(
        found.collect::<Vec<_>>(),
        marked.collect::<Vec<_>>(),
        "{report}"
    );
}

#[test]
fn what_only_the_start_does_is_told_apart() {
    let start = |level| fixture(&[], &["--example", "lint-start", "--level", level]);
    let usual = start("3");
    let lines = [26, 33, 48].map(|line| format!("lint/fixture/src/start.rs:{line}"));
    assert_eq!(places(&usual), lines);
    let said = text(&usual.stderr);
    let hidden = "Not shown: 2 places above level 3; `--level 4` shows all";
    assert!(said.contains(hidden), "{said}");
    let all = start("4");
    is_as_expected("start.txt", &all);
    let said = text(&all.stderr);
    assert!(!said.contains("Not shown"), "{said}");
}

#[test]
fn levels_take_in_less_and_more() {
    is_as_expected("level1.txt", &lint(&["--level", "1"]));
    is_as_expected("level4.txt", &lint(&["--level", "4"]));
}

#[test]
fn other_programs_read_json_and_sarif() {
    is_as_expected("plain.json", &lint(&["--format", "json"]));
    is_as_expected("plain.sarif", &lint(&["--format", "sarif"]));
}

/// The reported places do not depend on the mangling of names or on inlining.
#[test]
fn names_and_optimisation_do_not_matter() {
    let compiler = compiler();
    for program in [
        "lint-fixture",
        "lint-forms",
        "lint-pointers",
        "lint-closures",
        "lint-waits",
    ] {
        let plain = fixture(&[], &["--example", program]);
        assert!(places(&plain).len() > 8, "{}", text(&plain.stdout));
        for level in ["1", "3"] {
            let feature = format!("lint-fixture/optimised-{level}");
            let other = fixture(
                &[("RUSTC_WRAPPER", &compiler)],
                &["--example", program, "--features", &feature],
            );
            let found = places(&other);
            let missing: Vec<String> = places(&plain)
                .into_iter()
                .filter(|place| !found.contains(place))
                .collect();
            let said = format!("{}{}", text(&other.stdout), text(&other.stderr));
            assert_eq!(missing, Vec::<String>::new(), "{program} {level}: {said}");
        }
    }
}

/// A compiler that adds flags only for the features that request them. Flags in the environment would apply to all dependencies of the
/// fixture, which would then be built again.
fn compiler() -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiler");
    let script = "#!/bin/sh\nfor word; do case $word in 'feature=\"optimised-'*)\n\
         level=${word#*-}\n\
         exec \"$@\" -Csymbol-mangling-version=v0 -Copt-level=${level%?} ;;\n\
         esac; done\nexec \"$@\"\n";
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path.display().to_string()
}

#[test]
fn findings_are_denied_on_request() {
    assert_eq!(lint(&[]).status.code(), Some(0));
    assert_eq!(lint(&["--deny"]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_done_is_said() {
    let unknown = lint(&["--level", "7"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("from 1 to 4"));
    let explained = lint(&["--explain", "sleep"]);
    assert!(text(&explained.stdout).contains("std::thread::sleep"));
    let unknown = lint(&["--explain", "slep"]);
    assert!(text(&unknown.stderr).contains("no group `slep`"));
}
