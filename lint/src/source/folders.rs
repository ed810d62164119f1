//! Which package a file belongs to.

use std::{
    cell::RefCell,
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use crate::program::resolved;

/// The folders of the packages of the workspace.
#[derive(Debug)]
pub(crate) struct Folders {
    /// The folders of the examined packages and of their targets.
    own: Vec<PathBuf>,
    other: Vec<PathBuf>,
    /// The folder in which cargo builds. Code that build scripts generate there belongs to no package.
    target: PathBuf,
    /// The owners found so far.
    owners: RefCell<HashMap<PathBuf, Owner>>,
}

/// The package that a folder belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Examined,
    OtherMember,
    /// A package that is no member of the workspace, as in `vendor`, or none.
    Foreign,
}

impl Folders {
    pub(crate) fn new(own: &[PathBuf], other: &[PathBuf], target: &Path) -> Self {
        let plain = |folders: &[PathBuf]| folders.iter().map(|one| resolved(one)).collect();
        Self {
            own: plain(own),
            other: plain(other),
            target: target.to_owned(),
            owners: RefCell::default(),
        }
    }

    /// The package of the nearest manifest. The folder in which cargo builds may contain packages of its own.
    pub(super) fn owner(&self, folder: &Path) -> Owner {
        let known = self.owners.borrow().get(folder).copied();
        known.unwrap_or_else(|| {
            let owner = self.find(folder);
            self.owners.borrow_mut().insert(folder.to_owned(), owner);
            owner
        })
    }

    fn find(&self, folder: &Path) -> Owner {
        let is = |folders: &[PathBuf]| folders.iter().any(|one| one == folder);
        if is(&self.own) {
            Owner::Examined
        } else if is(&self.other) {
            Owner::OtherMember
        } else if folder == self.target || folder.join("Cargo.toml").is_file() {
            Owner::Foreign
        } else {
            let around = folder.parent();
            around.map_or(Owner::Foreign, |around| self.owner(around))
        }
    }

    /// All files of the workspace's packages.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for root in self.own.iter().chain(&self.other) {
            self.collect(root, &mut files);
        }
        files.sort();
        files.dedup();
        files
    }

    fn collect(&self, folder: &Path, files: &mut Vec<PathBuf>) {
        if self.owner(folder) == Owner::Foreign {
            return;
        }
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            // Cargo puts that file into each folder in which it builds, so this also skips old ones.
            if is_folder && !is_hidden && !path.join("CACHEDIR.TAG").exists() {
                self.collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Folders, Owner};

    #[test]
    fn a_package_inside_another_is_not_its_own() {
        let [own, other] = [
            vec!["/a".into(), "/a/target/ci/d".into()],
            vec!["/a/c/../b".into()],
        ];
        let folders = Folders::new(&own, &other, Path::new("/a/target"));
        let owner = |path| folders.owner(Path::new(path));
        assert_eq!(owner("/a/src"), Owner::Examined);
        assert_eq!(owner("/a/b/src"), Owner::OtherMember);
        assert_eq!(owner("/c/src"), Owner::Foreign);
        assert_eq!(owner("/a/target/ci/d/src"), Owner::Examined);
        assert_eq!(owner("/a/target/debug/build/a/out"), Owner::Foreign);
    }
}
