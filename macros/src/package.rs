//! Reads the Cargo.toml of the package that uses the attribute: its edition, and its name for the library.

use std::env;
use std::ffi::OsString;
use std::fs::read_to_string;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const PACKAGE: &str = "tokio-offload";

/// The facts about a package.
#[derive(Debug)]
pub(crate) struct Package {
    folder: Option<OsString>,
    /// The name of a renamed dependency, as a Rust identifier. `None` if it is not renamed, or if no manifest can be read.
    pub(crate) other_name: Option<String>,
    /// Whether it has edition 2015, which is the default.
    pub(crate) is_of_2015: bool,
}

/// The package that is compiled. It is read once, and again if the process expands for several packages, as editors do.
pub(crate) fn current() -> Arc<Package> {
    static LAST: Mutex<Option<Arc<Package>>> = Mutex::new(None);
    let folder = env::var_os("CARGO_MANIFEST_DIR");
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some(package) if package.folder == folder => Arc::clone(package),
        _ => Arc::clone(last.insert(Arc::new(Package::read(folder)))),
    }
}

impl Package {
    fn read(folder: Option<OsString>) -> Self {
        let path = folder.as_ref().map(PathBuf::from);
        let manifest = path
            .as_ref()
            .and_then(|path| read_to_string(path.join("Cargo.toml")).ok());
        Self {
            other_name: path.as_deref().and_then(of_package),
            is_of_2015: manifest.is_some_and(|manifest| names_no_edition(&manifest)),
            folder,
        }
    }
}

fn names_no_edition(manifest: &str) -> bool {
    let lines = manifest.lines().map(str::trim);
    let mut package = lines
        .skip_while(|line| !line.starts_with("[package]"))
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let edition = package.find(|line| line.contains('=') && key(line) == "edition");
    edition.is_none_or(|line| line.contains("2015"))
}

fn of_package(folder: &Path) -> Option<String> {
    let manifest = read_to_string(folder.join("Cargo.toml")).ok()?;
    let name = in_manifest(&manifest).or_else(|| {
        // A member of a workspace may take the dependency from there, under the name that it has there.
        let above = folder.ancestors().skip(1);
        let roots = above.filter_map(|folder| read_to_string(folder.join("Cargo.toml")).ok());
        let root = roots.into_iter().find(|text| text.contains("[workspace"))?;
        in_manifest(&root).filter(|name| keys(&manifest).any(|key| key == *name))
    })?;
    Some(name.replace('-', "_"))
}

/// The key of the dependency whose `package` is this library, unless there is one under its own name.
fn in_manifest(manifest: &str) -> Option<String> {
    if keys(manifest).any(|key| key == PACKAGE || key == "tokio_offload") {
        return None;
    }
    let mut table = None;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            table = dependency_of(header);
        } else if !line.starts_with('#') && says_package(line) {
            let of_line = Some(key(line)).filter(|key| *key != "package");
            return of_line.or(table).map(str::to_owned);
        }
    }
    None
}

/// Whether the line holds `package = "tokio-offload"`.
fn says_package(line: &str) -> bool {
    let mut rest = line.split("package").skip(1);
    rest.any(|rest| {
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        value.is_some_and(|value| {
            let quoted = |quote| value.strip_prefix(quote)?.split(quote).next();
            quoted('"').or_else(|| quoted('\'')) == Some(PACKAGE)
        })
    })
}

/// The `name` of `[dependencies.name]`, `[dev-dependencies.name]` and those of a target.
fn dependency_of(header: &str) -> Option<&str> {
    let header = header.split(']').next()?;
    let (_, name) = header.rsplit_once("dependencies.")?;
    Some(name.trim_matches(['"', '\'']))
}

/// The names of dependencies: the keys before `=` in each line of their tables, and the names in table headers.
fn keys(manifest: &str) -> impl Iterator<Item = &str> {
    let mut among_dependencies = false;
    let lines = manifest.lines().map(str::trim);
    lines.filter_map(move |line| match line.strip_prefix('[') {
        Some(header) => {
            let table = header.split(']').next().unwrap_or_default();
            among_dependencies = table.trim().ends_with("dependencies");
            dependency_of(header)
        }
        None => (among_dependencies && line.contains('=')).then(|| key(line)),
    })
}

fn key(line: &str) -> &str {
    let key = line.split(['=', '.']).next().unwrap_or_default();
    key.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::{in_manifest, names_no_edition};

    #[test]
    fn other_names_are_found() {
        let other = [
            "[dependencies]\noff = { version = \"1\", package = \"tokio-offload\" }",
            "[dependencies]\noff = { package='tokio-offload', path = \"x\" }",
            "[dependencies.off]\npackage = \"tokio-offload\"\nversion = \"1\"",
            "[dependencies]\noff = { package = \"tokio-offload\", optional = true }\n\n[features]\ntokio-offload = [\"dep:off\"]",
            "[target.'cfg(unix)'.dependencies.\"off\"]\nversion = \"1\"\npackage   =   \"tokio-offload\"",
        ];
        for manifest in other {
            assert_eq!(in_manifest(manifest).as_deref(), Some("off"), "{manifest}");
        }
    }

    #[test]
    fn an_edition_that_is_not_named_is_the_first() {
        let first = ["[package]\nname = \"x\"", "[package]\nedition='2015'"];
        assert!(first.into_iter().all(names_no_edition));
        let later = [
            "[package]\nedition = \"2018\"",
            "[package]\nname = \"x\"\nedition.workspace = true",
            "[workspace.package]\nedition = \"2015\"\n\n[package] # x\nedition = \"2021\"",
        ];
        assert!(!later.into_iter().any(names_no_edition));
    }

    #[test]
    fn its_own_name_and_other_packages_are_left_alone() {
        let own = [
            "",
            "[dependencies]\ntokio-offload = \"1\"",
            "[dependencies]\ntokio-offload = \"1\"\noff = { package = \"tokio-offload\" }",
            "[dependencies.tokio-offload]\nversion = \"1\"",
            "[dependencies]\ntokio-offload.workspace = true",
            "[package]\nname = \"tokio-offload\"",
            "[dependencies]\n# off = { package = \"tokio-offload\" }",
            "[dependencies]\nremote = { package = \"tokio-offload-remote\" }",
            "[dependencies]\nx = { package = \"other\" }",
        ];
        for manifest in own {
            assert_eq!(in_manifest(manifest), None, "{manifest}");
        }
    }
}
