//! Cargo's configuration files.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

/// The files that cargo reads in this folder, nearest first.
pub(super) fn files() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let around = here.ancestors().map(|folder| folder.join(".cargo"));
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".cargo")));
    let folders = around.chain(home);
    folders
        .flat_map(|folder| [folder.join("config.toml"), folder.join("config")])
        .collect()
}

/// The tables of the file and of the files that it includes. Cargo has refused circular includes before this is called.
pub(super) fn tables(file: &Path) -> Vec<Table> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let Ok(mut table) = text.parse::<Table>() else {
        return Vec::new();
    };
    let included = match table.remove("include") {
        Some(Value::Array(all)) => all,
        one => one.into_iter().collect(),
    };
    let paths = included
        .iter()
        .filter_map(|one| one.as_str().or_else(|| one.get("path")?.as_str()));
    let included = paths.flat_map(|path| tables(&file.with_file_name(path)));
    included
        .collect::<Vec<_>>()
        .into_iter()
        .chain([table])
        .collect()
}
