//! Packages in the workspace's folder that depend on its members but are not members, as `fuzz` often is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::Value;

use super::{Packages, copy::without_parents};

impl Packages {
    /// The source files of such packages, which cargo does not check with the workspace.
    pub(crate) fn files_of_dependents(&self) -> Vec<PathBuf> {
        let members: Vec<&PathBuf> = self.own.iter().chain(&self.rest).collect();
        let mut found = Vec::new();
        for manifest in below(&self.root, &|path| path.ends_with("Cargo.toml")) {
            let folder = manifest.parent().unwrap_or(&self.root);
            let is_member = members.iter().any(|member| *member == folder);
            if !is_member && uses_any(&manifest, folder, &members) {
                found.extend(below(folder, &|path| {
                    path.extension() == Some("rs".as_ref())
                }));
            }
        }
        found
    }
}

/// Whether a dependency in the manifest has the folder of a member as its path.
fn uses_any(manifest: &Path, folder: &Path, members: &[&PathBuf]) -> bool {
    let text = fs::read_to_string(manifest).unwrap_or_default();
    let table = text.parse::<toml::Table>().unwrap_or_default();
    has_path(&Value::Table(table), &|path| {
        let path = without_parents(&folder.join(path));
        members.iter().any(|member| **member == path)
    })
}

/// Searches the whole manifest, because dependencies can be in many tables.
fn has_path(value: &Value, is_one: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Table(table) => table.iter().any(|(key, value)| {
            (key == "path" && value.as_str().is_some_and(is_one)) || has_path(value, is_one)
        }),
        Value::Array(all) => all.iter().any(|value| has_path(value, is_one)),
        _ => false,
    }
}

/// The files below the folder, without hidden ones and without those that cargo builds.
fn below(folder: &Path, is_one: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !is_hidden && !path.join("CACHEDIR.TAG").exists() {
                found.extend(below(&path, is_one));
            }
        } else if is_one(&path) {
            found.push(path);
        }
    }
    found
}
