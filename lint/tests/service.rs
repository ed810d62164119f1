//! A service with annotated functions has no findings. When an attribute is removed, the lint reports the line that blocks.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::process::Output;

use kit::{fixture, places, text};

const SERVICE: &str = include_str!("../fixture/src/service.rs");

fn lint(features: &[&str]) -> (Output, String) {
    let service = ["--example", "lint-service", "--deny"];
    let output = fixture(&[], &[&service, features].concat());
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    (output, said)
}

#[test]
fn a_removed_attribute_is_told_with_its_line() {
    let (whole, said) = lint(&[]);
    assert!(
        whole.status.success() && places(&whole).is_empty(),
        "{said}"
    );
    for (function, mark) in [
        ("size", "// fs"),
        ("rest", "// sleep"),
        ("address", "// dns"),
    ] {
        let (output, said) = lint(&["--features", &format!("lint-fixture/without-{function}")]);
        let line = SERVICE.lines().position(|line| line.ends_with(mark));
        let line = line.expect("it is marked") + 1;
        let place = format!("lint/fixture/src/service.rs:{line}");
        assert_eq!(places(&output), [place], "{said}");
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("put `#[offload]` on `fn {function}`")),
            "{said}"
        );
    }
}

/// The function itself is correct. Its blocking twin is for code that is not async.
#[test]
fn the_blocking_twin_is_told_as_such() {
    let (output, said) = lint(&["--features", "lint-fixture/with-twin"]);
    assert_eq!(places(&output).len(), 1, "{said}");
    assert!(said.contains("`rest` is offloaded already"), "{said}");
}
