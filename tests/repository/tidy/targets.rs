//! What cargo builds. No two packages make a file of one name: cargo would warn with every build, and the file would be that of either.
//! And the first example needs no more crates than README says, and no program is built that would test nothing.

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

use offload_limits::output;

use crate::{files, root};

#[test]
fn no_two_targets_share_a_file() {
    assert_eq!(shared(&metadata()), [""; 0]);
}

/// A target without tests says `test = false`, and a library without examples in its docs `doctest = false`; and no other does.
#[test]
fn no_program_is_built_to_test_nothing() {
    let (files, root) = (files(), root());
    let root = root.canonicalize().unwrap();
    let has = |place: &Path, words: &[&str]| {
        let place = place.canonicalize().unwrap();
        let place = place.strip_prefix(&root).unwrap();
        let mut sources = files
            .iter()
            .filter(|file| Path::new(file).starts_with(place));
        sources.any(|file| {
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            words.iter().any(|word| text.contains(word))
        })
    };
    assert_eq!(untrue(&metadata(), has), [""; 0]);
}

fn metadata() -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let output = output(cargo.current_dir(root()));
    let metadata = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && metadata.contains("\"tokio_offload\""));
    metadata
}

#[test]
fn the_first_example_needs_as_few_crates_as_the_readme_says() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "tree",
        "--package=offload-examples",
        "--edges=normal,build,dev",
    ]);
    cargo.args(["--prefix=none", "--format={p}", "--offline"]);
    let output = output(cargo.current_dir(root()));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let crates: BTreeSet<_> = names.filter(|name| !name.is_empty()).collect();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let says = format!("quick to build, {} crates,", crates.len());
    assert!(crates.contains("hmac-sha256"), "{tree}");
    assert!(
        readme.contains(&says),
        "README does not say {says:?}: {crates:?}"
    );
}

/// The source of each target that is built for tests which are not there, or is not built for those that are: in its folder, or for a
/// file in `tests/`, in itself. `has` says whether one of the words is in the files at a place.
fn untrue(metadata: &str, has: impl Fn(&Path, &[&str]) -> bool) -> Vec<String> {
    let targets: Vec<_> = metadata
        .split("{\"kind\":[\"")
        .skip(1)
        .filter_map(target)
        .collect();
    let wrong = targets.iter().filter(|(kind, source, flags)| {
        let folder = source.parent().unwrap_or(source);
        let tested = flags.contains("\"test\":true");
        match *kind {
            "test" => tested && !has(source, &["#[test]", "::test", "mod ", "fn main"]),
            "lib" | "proc-macro" | "bin" => {
                let beside = |(_, other, flags): &(_, &Path, &str)| {
                    other.starts_with(folder) && flags.contains("\"test\":true")
                };
                let tests = has(folder, &["#[test]", "#[tokio::test"]);
                let read = flags.contains("\"doctest\":true");
                let examples = has(folder, &["/// ```\n", "//! ```\n", "doc = include_str!"]);
                (if tests {
                    !targets.iter().any(beside)
                } else {
                    tested
                }) || (*kind != "bin" && read != examples)
            }
            _ => false,
        }
    });
    wrong
        .map(|(_, source, _)| source.display().to_string())
        .collect()
}

/// The kind of a target, its source and its flags.
fn target(text: &str) -> Option<(&str, &Path, &str)> {
    let (kind, rest) = text.split_once('"')?;
    let (_, rest) = rest.split_once("\"src_path\":\"")?;
    let (source, rest) = rest.split_once('"')?;
    let (flags, _) = rest.split_once('}')?;
    Some((kind, Path::new(source), flags))
}

#[test]
fn untrue_flags_are_seen() {
    let target = |kind: &str, file: &str, test: bool, doctest: bool| {
        format!(
            "{{\"kind\":[\"{kind}\"],\"src_path\":\"{file}\",\"doctest\":{doctest},\"test\":{test}}},"
        )
    };
    let has = |place: &Path, words: &[&str]| {
        let text = match place.to_str() {
            Some("a/src" | "a/tests/a.rs") => "#[test]",
            Some("b/src") => "/// ```\n",
            _ => "",
        };
        words.contains(&text)
    };
    let fine = target("lib", "a/src/lib.rs", false, false)
        + &target("bin", "a/src/main.rs", true, false)
        + &target("test", "a/tests/a.rs", true, false)
        + &target("lib", "b/src/lib.rs", false, true)
        + &target("bin", "b/src/bin/b.rs", false, false);
    assert_eq!(untrue(&fine, has), [""; 0]);
    for wrong in [
        target("lib", "a/src/lib.rs", false, false),
        target("lib", "a/src/lib.rs", true, true),
        target("test", "a/tests/kit.rs", true, false),
        target("lib", "b/src/lib.rs", false, false),
        target("lib", "b/src/lib.rs", true, true),
        target("bin", "b/src/bin/b.rs", true, false),
    ] {
        assert_eq!(untrue(&wrong, has).len(), 1, "{wrong}");
    }
}

/// What there is twice, as its kind and name. Tests and benchmarks are not among it: their files have a hash in the name.
fn shared(metadata: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let targets = metadata.split("{\"kind\":[\"").skip(1);
    let files = targets.filter_map(|target| {
        let (kind, rest) = target.split_once('"')?;
        let (_, rest) = rest.split_once("\"name\":\"")?;
        let (name, _) = rest.split_once('"')?;
        let is_file = !["test", "bench", "custom-build"].contains(&kind);
        is_file.then(|| format!("{kind} {name}"))
    });
    files.filter(|file| !known.insert(file.clone())).collect()
}

#[test]
fn a_shared_name_is_seen() {
    let target = |kind: &str, name: &str| {
        format!("{{\"kind\":[\"{kind}\"],\"crate_types\":[\"bin\"],\"name\":\"{name}\"}},")
    };
    let lone = target("bin", "run") + &target("lib", "run") + &target("test", "run");
    assert_eq!(shared(&(lone.clone() + &target("test", "run"))), [""; 0]);
    assert_eq!(shared(&(lone + &target("bin", "run"))), ["bin run"]);
}
