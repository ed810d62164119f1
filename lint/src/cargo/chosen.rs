//! Which packages are examined.

use std::path::Path;

use cargo_metadata::{Metadata, PackageId};

use crate::options::Options;

/// Those that the command line names, or those that cargo would take in the folder without a name.
pub(super) fn chosen(
    metadata: &Metadata,
    options: &Options,
    folder: &Path,
) -> Result<Vec<PackageId>, String> {
    if options.packages.is_empty() {
        return Ok(if options.is_workspace() {
            metadata.workspace_members.clone()
        } else {
            of_folder(metadata, folder)
        });
    }
    let named = |wanted: &String| {
        let found = metadata.packages.iter().find(|it| is_named(it, wanted));
        found
            .map(|package| package.id.clone())
            .ok_or_else(|| no_package(metadata, wanted))
    };
    options.packages.iter().map(named).collect()
}

/// Cargo takes a name, and a name with a version.
fn is_named(package: &cargo_metadata::Package, wanted: &str) -> bool {
    package.name.as_str() == wanted || format!("{}@{}", package.name, package.version) == wanted
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
