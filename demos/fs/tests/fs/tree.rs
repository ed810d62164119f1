//! A small tree with everything that a path may turn out to be, and what can be seen of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use walkdir::WalkDir;

/// A new tree, equal to the one before.
pub(crate) fn tree() -> TempDir {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("file"), "content").unwrap();
    fs::write(at("empty file"), "").unwrap();
    fs::write(at("no text"), b"\xff\xfe\x00").unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::create_dir_all(at("full/below")).unwrap();
    fs::write(at("full/below/deep"), vec![7; 70_000]).unwrap();
    #[cfg(unix)]
    add_links(dir.path());
    #[cfg(target_os = "linux")]
    fs::write(dir.path().join(odd_name()), "odd").unwrap();
    dir
}

#[cfg(unix)]
fn add_links(dir: &Path) {
    for (target, link) in [
        ("file", "link"),
        ("full", "link to full"),
        ("missing", "broken"),
        ("itself", "itself"),
    ] {
        std::os::unix::fs::symlink(target, dir.join(link)).unwrap();
    }
}

/// A name that is no text.
#[cfg(target_os = "linux")]
fn odd_name() -> &'static std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(b"odd\xff\n")
}

/// What is there, what is not, and what is no path at all.
pub(crate) fn paths(dir: &Path) -> Vec<PathBuf> {
    let names = [
        "file",
        "file/",
        "file/below",
        "empty file",
        "no text",
        "empty",
        "empty/",
        "empty/..",
        "full",
        "full/below/deep",
        "link",
        "link to full",
        "link to full/below/deep",
        "broken",
        "broken/below",
        "itself",
        "missing",
        "missing/below",
        "with\0nul",
    ];
    let mut paths: Vec<_> = names.iter().map(|name| dir.join(name)).collect();
    paths.push(PathBuf::new());
    paths.push(dir.join("n".repeat(300)));
    #[cfg(target_os = "linux")]
    paths.push(dir.join(odd_name()));
    paths
}

/// All that is in a directory: links by their target, files by content and permissions.
pub(crate) fn listing(dir: &Path) -> BTreeMap<PathBuf, String> {
    let entry = |entry: walkdir::Result<walkdir::DirEntry>| {
        let entry = entry.unwrap();
        let path = entry.path();
        let seen = match entry.file_type() {
            kind if kind.is_symlink() => format!("to {}", fs::read_link(path).unwrap().display()),
            kind if kind.is_dir() => "a directory".to_owned(),
            _ => format!("{:?}", fs::read(path).unwrap()),
        };
        let closed = entry.metadata().unwrap().permissions().readonly();
        let name = path.strip_prefix(dir).unwrap().to_owned();
        (name, format!("{seen}, closed: {closed}"))
    };
    WalkDir::new(dir).into_iter().map(entry).collect()
}
