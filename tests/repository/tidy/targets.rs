//! What cargo builds. No two packages make a file of one name: cargo would warn with every build, and the file would be that of either.
//! And the first example needs no more crates than README says.

use std::{collections::BTreeSet, env, fs, process::Command};

use offload_limits::output;

use crate::root;

#[test]
fn no_two_targets_share_a_file() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let output = output(cargo.current_dir(root()));
    let metadata = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && metadata.contains("\"tokio_offload\""));
    assert_eq!(shared(&metadata), [""; 0]);
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
