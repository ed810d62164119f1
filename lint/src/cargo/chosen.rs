//! Which packages are examined.

use std::path::Path;

use cargo_metadata::{Metadata, Package, PackageId};
use glob::Pattern;

use crate::options::Options;

/// Those that the command line names, or those that cargo would take in the folder without a name.
pub(super) fn chosen(
    metadata: &Metadata,
    options: &Options,
    folder: &Path,
) -> Result<Vec<PackageId>, String> {
    if options.packages.is_empty() {
        return Ok(if options.is_workspace() {
            without_excluded(metadata, options)
        } else {
            of_folder(metadata, folder)
        });
    }
    let mut chosen = Vec::new();
    for wanted in &options.packages {
        let before = chosen.len();
        let found = metadata.packages.iter().filter(|it| is_named(it, wanted));
        chosen.extend(found.map(|package| package.id.clone()));
        if chosen.len() == before {
            return Err(no_package(metadata, wanted));
        }
    }
    Ok(chosen)
}

fn without_excluded(metadata: &Metadata, options: &Options) -> Vec<PackageId> {
    let is_excluded = |package: &Package| {
        let mut excluded = options.values("--exclude");
        excluded.any(|it| is_named(package, &it.to_string_lossy()))
    };
    let members = metadata.workspace_packages().into_iter();
    let left = members.filter(|package| !is_excluded(package));
    left.map(|package| package.id.clone()).collect()
}

/// Cargo takes a name, a name with a version or the start of one, and a pattern of names.
fn is_named(package: &Package, wanted: &str) -> bool {
    let version = package.version.to_string();
    is_called((package.name.as_str(), &version), wanted)
}

fn is_called((name, version): (&str, &str), wanted: &str) -> bool {
    match wanted.split_once(['@', ':']) {
        Some((named, wanted)) => named == name && is_version(version, wanted),
        None => Pattern::new(wanted).is_ok_and(|pattern| pattern.matches(name)),
    }
}

/// Whether `wanted` is this version, or its first one or two numbers.
fn is_version(version: &str, wanted: &str) -> bool {
    let rest = version.strip_prefix(wanted);
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with('.') && wanted.matches('.').count() < 2
    })
}

fn no_package(metadata: &Metadata, wanted: &str) -> String {
    let packages = metadata.packages.iter();
    let mut names: Vec<&str> = packages.map(|package| package.name.as_str()).collect();
    names.sort_unstable();
    let names = names.join(", ");
    format!("no package `{wanted}` in this workspace, which has: {names}")
}

/// The package of the folder, or the default members of the workspace.
fn of_folder(metadata: &Metadata, here: &Path) -> Vec<PackageId> {
    let around = metadata
        .packages
        .iter()
        .filter_map(|package| Some((package.manifest_path.as_std_path().parent()?, &package.id)))
        .filter(|(folder, _)| here.starts_with(folder) && *folder != metadata.workspace_root)
        .max_by_key(|(folder, _)| folder.as_os_str().len());
    match around {
        Some((_, id)) => vec![id.clone()],
        None => metadata
            .workspace_default_packages()
            .iter()
            .map(|one| one.id.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn packages_may_be_named_by_patterns_and_versions() {
        for wanted in [
            "app-web",
            "app-*",
            "*",
            "*-web",
            "a*b",
            "app-???",
            "*app-web*",
            "[ab]pp-[!a-v]eb",
            "app-web@1",
            "app-web@1.20",
            "app-web@1.20.3-rc.1",
            "app-web:1.20",
        ] {
            assert!(is_called(("app-web", "1.20.3-rc.1"), wanted), "{wanted}");
        }
        for wanted in [
            "app",
            "app-?",
            "web-*",
            "*-",
            "",
            "app-web?",
            "[b-z]pp-web",
            "app-web[",
            "app-web@1.2",
            "app-web@2",
            "app-web@1.20.3-rc",
            "app@1",
        ] {
            assert!(!is_called(("app-web", "1.20.3-rc.1"), wanted), "{wanted}");
        }
    }
}
