//! The letters with which comments of tests begin are explained in `tests/PROMISES.md`.

use std::{collections::BTreeSet, fs};

use crate::{files, root, rules::has_extension};

#[test]
fn every_promise_has_its_tests() {
    let listed = fs::read_to_string(root().join("tests/PROMISES.md")).unwrap();
    let listed: BTreeSet<_> = listed.lines().filter_map(listed_in).collect();
    let sources = files().into_iter().filter(|path| has_extension(path, "rs"));
    let texts = sources.map(|path| fs::read_to_string(root().join(path)).unwrap());
    let kept: BTreeSet<_> = texts
        .flat_map(|text| text.lines().flat_map(kept_by).collect::<Vec<_>>())
        .collect();
    let differ: Vec<_> = listed.symmetric_difference(&kept).collect();
    assert!(
        !kept.is_empty() && differ.is_empty(),
        "in only one of both: {differ:?}"
    );
}

/// The promise that a row of the list is about.
fn listed_in(line: &str) -> Option<String> {
    let (promise, _) = line.strip_prefix("| ")?.split_once(" |")?;
    is_promise(promise).then(|| promise.to_owned())
}

/// The promises before the colon of a comment, such as `/// S11, S3: it ends.`
fn kept_by(line: &str) -> Vec<String> {
    let line = line.trim_start().trim_start_matches(['/', '!', ' ']);
    let (before, _) = line.split_once(": ").unwrap_or_default();
    let promises: Vec<_> = before.split(", ").map(str::to_owned).collect();
    let all = promises.iter().all(|promise| is_promise(promise));
    if all { promises } else { Vec::new() }
}

fn is_promise(word: &str) -> bool {
    let number = word.strip_prefix(|letter: char| "RPCLXSFDM".contains(letter));
    number.is_some_and(|number| {
        (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[test]
fn promises_are_seen() {
    assert_eq!(kept_by("    /// S11, S3: it ends."), ["S11", "S3"]);
    assert_eq!(kept_by("/// Note: none."), [""; 0]);
    assert_eq!(listed_in("| C3 | it does not run |").as_deref(), Some("C3"));
    assert_eq!(listed_in("| Results | |"), None);
}
