//! The packages to which the user's profiles give settings of their own, in the user's spelling.

use std::{ffi::OsString, iter, path::Path};

use toml::{Table, Value};

use super::configuration::{files, tables};

/// The spellings that the manifest of the workspace and cargo's configuration have for `profile`, and for those that it inherits from.
/// `settings` are those of the command line: text, or paths of files. Cargo takes none from variables of the environment.
pub(super) fn written<'a>(
    root: &Path,
    profile: &str,
    settings: impl Iterator<Item = &'a OsString>,
) -> Vec<String> {
    let manifest = iter::once(root.join("Cargo.toml"));
    let said = settings.flat_map(|it| match it.to_string_lossy().parse::<Table>() {
        Ok(table) => vec![table],
        Err(_) => tables(Path::new(it)),
    });
    let profiles: Vec<Table> = manifest
        .chain(files())
        .flat_map(|file| tables(&file))
        .chain(said)
        .filter_map(|mut table| match table.remove("profile") {
            Some(Value::Table(profiles)) => Some(profiles),
            _ => None,
        })
        .collect();
    of_chain(&profiles, profile)
}

/// The same, from the tables of these files. Any file may say what a profile inherits from.
fn of_chain(files: &[Table], profile: &str) -> Vec<String> {
    let mut chain = vec![profile];
    let mut at = 0;
    while let Some(name) = chain.get(at).copied() {
        let said = files
            .iter()
            .filter_map(|file| file.get(name)?.get("inherits")?.as_str());
        for base in said.chain(inherits_unsaid(name)) {
            if !chain.contains(&base) {
                chain.push(base);
            }
        }
        at += 1;
    }
    let packages = |name: &&str| {
        files
            .iter()
            .filter_map(|file| file.get(*name)?.get("package")?.as_table())
            .collect::<Vec<_>>()
    };
    let all = chain.iter().flat_map(packages);
    all.flat_map(|packages| packages.keys().cloned()).collect()
}

fn inherits_unsaid(profile: &str) -> Option<&'static str> {
    match profile {
        "test" | "doc" => Some("dev"),
        "bench" => Some("release"),
        _ => None,
    }
}

/// Whether what the user has written is the package `name@version`: a name, perhaps with a part of the version, or an address.
pub(super) fn is_same(written: &str, spec: &str) -> bool {
    let (name, version) = spec.rsplit_once('@').unwrap_or((spec, ""));
    let (address, rest) = match written.split_once('#') {
        Some((address, rest)) => (address, rest),
        None if written.contains("://") => (written, ""),
        None => ("", written),
    };
    let folder = address.rsplit('/').next().unwrap_or_default();
    let (of, wanted) = match rest.split_once(['@', ':']) {
        Some(both) => both,
        None if rest.is_empty() || rest.starts_with(|sign: char| sign.is_ascii_digit()) => {
            (folder, rest)
        }
        None => (rest, ""),
    };
    let more = version.strip_prefix(wanted);
    of == name
        && more.is_some_and(|more| wanted.is_empty() || more.is_empty() || more.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{is_same, of_chain};

    #[test]
    fn profiles_have_the_packages_of_those_that_they_inherit_from() {
        let files = [
            "[ship]\ninherits = \"slim\"\n[release.package.d]\n[dev.package.b]\n[bench.package.\"a@1\"]",
            "[slim]\ninherits = \"release\"\n[slim.package.c]\n[test]\ninherits = \"test\"",
        ];
        let files = files.map(|text| text.parse().expect("a table"));
        for (profile, packages) in [
            ("ship", &["c", "d"][..]),
            ("bench", &["a@1", "d"]),
            ("test", &["b"]),
            ("dev", &["b"]),
            ("other", &[]),
        ] {
            assert_eq!(of_chain(&files, profile), packages, "{profile}");
        }
    }

    #[test]
    fn a_package_has_many_spellings() {
        for written in [
            "d",
            "d@0.1.0",
            "d@0.1",
            "d:0.1.0",
            "path+file:///srv/d#0.1.0",
            "path+file:///srv/other#d@0.1.0",
            "file:///srv/d",
        ] {
            assert!(is_same(written, "d@0.1.0"), "{written}");
        }
        for written in ["*", "dd", "d@0.2.0", "d@0.1.00", "path+file:///srv/e#0.1.0"] {
            assert!(!is_same(written, "d@0.1.0"), "{written}");
        }
    }
}
