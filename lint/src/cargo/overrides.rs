//! The packages to which the user's profiles give settings of their own, in the user's spelling.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The spellings that the manifest of the workspace and cargo's configuration have for `profile`.
pub(super) fn written(root: &Path, profile: &str) -> Vec<String> {
    let files = std::iter::once(root.join("Cargo.toml")).chain(configurations());
    files
        .flat_map(|file| in_file(&file, profile).unwrap_or_default())
        .collect()
}

fn configurations() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let around = here.ancestors().map(|folder| folder.join(".cargo"));
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let folders = around.chain(home);
    folders
        .flat_map(|folder| [folder.join("config.toml"), folder.join("config")])
        .collect()
}

fn in_file(file: &Path, profile: &str) -> Option<Vec<String>> {
    let table: toml::Table = fs::read_to_string(file).ok()?.parse().ok()?;
    let packages = table.get("profile")?.get(profile)?.get("package")?;
    Some(packages.as_table()?.keys().cloned().collect())
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
    use super::is_same;

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
