//! The targets that the command line names.

use cargo_metadata::{Package, Target};

use crate::options::Options;

/// The option of cargo, the name in messages, and whether a target is of this kind.
type Kind = (&'static str, &'static str, fn(&Target) -> bool);

const KINDS: [Kind; 4] = [
    ("--bin", "binary", Target::is_bin),
    ("--example", "example", Target::is_example),
    ("--test", "test", Target::is_test),
    ("--bench", "benchmark", Target::is_bench),
];

/// Fails if the packages lack a target that the command line names. Cargo would build one of another member, or say less.
pub(super) fn are_there(options: &Options, packages: &[&Package]) -> Result<(), String> {
    for words in options.build.windows(2) {
        let kind = KINDS.iter().find(|(flag, ..)| words[0] == *flag);
        let (Some((_, kind, is_one)), Some(wanted)) = (kind, words[1].to_str()) else {
            continue;
        };
        let names = names(packages, *is_one);
        // Cargo matches the pattern.
        if !wanted.contains(['*', '?', '[']) && !names.contains(&wanted) {
            let packages: Vec<&str> = packages.iter().map(|it| it.name.as_str()).collect();
            let there = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            let of = packages.join(", ");
            return Err(format!("no {kind} `{wanted}` in {of}: there are {there}"));
        }
    }
    Ok(())
}

/// The options that can be named when nothing was built, as for a package that is only a library.
pub(super) fn offered(packages: &[&Package]) -> Vec<String> {
    let mut found = Vec::new();
    for (flag, _, is_one) in KINDS {
        let targets = packages.iter().flat_map(|package| &package.targets);
        let mut named: Vec<String> = targets
            .filter(|target| is_one(target))
            .map(|target| format!("{flag} {}{}", target.name, needed(target)))
            .collect();
        named.sort_unstable();
        named.dedup();
        found.extend(named);
    }
    found
}

/// The option for the features without which cargo does not build the target.
fn needed(target: &Target) -> String {
    match &target.required_features[..] {
        [] => String::new(),
        all => format!(" --features {}", all.join(",")),
    }
}

fn names<'a>(packages: &[&'a Package], is_one: fn(&Target) -> bool) -> Vec<&'a str> {
    let targets = packages.iter().flat_map(|package| &package.targets);
    let mut names: Vec<&str> = targets
        .filter(|target| is_one(target))
        .map(|target| target.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
