//! The user's files as they were when they were read first.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::calls::{Calls, calls};

/// Texts, and the calls in them. Each is read once.
#[derive(Debug, Default)]
pub(super) struct Files {
    texts: BTreeMap<PathBuf, Rc<str>>,
    calls: BTreeMap<PathBuf, Rc<Calls>>,
}

impl Files {
    pub(super) fn text(&mut self, path: &Path) -> io::Result<Rc<str>> {
        Ok(match self.texts.entry(path.to_owned()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => new.insert(fs::read_to_string(path)?.into()).clone(),
        })
    }

    pub(super) fn calls(&mut self, path: &Path) -> io::Result<Rc<Calls>> {
        let text = self.text(path)?;
        let known = self.calls.entry(path.to_owned());
        Ok(known.or_insert_with(|| Rc::new(calls(&text))).clone())
    }

    /// Writes other texts into the user's files, all or none, unless somebody has changed one of them.
    pub(super) fn replace(&mut self, texts: &BTreeMap<PathBuf, String>) -> io::Result<()> {
        for path in texts.keys() {
            if fs::read_to_string(path)? != *self.text(path)? {
                let path = path.display();
                return Err(io::Error::other(format!("{path} has changed meanwhile")));
            }
            OpenOptions::new().write(true).open(path)?;
        }
        for (done, (path, text)) in texts.iter().enumerate() {
            if let Err(error) = fs::write(path, text) {
                for path in texts.keys().take(done + 1) {
                    // The first error says what is wrong.
                    drop(fs::write(path, &*self.text(path)?));
                }
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn all_files_are_written_or_none() {
        use std::{collections::BTreeMap, env, fs};

        use super::Files;

        let folder = env::temp_dir().join(format!("offload-lint-files-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [first, closed] = ["a.rs", "b.rs"].map(|name| folder.join(name));
        fs::write(&first, "user's").expect("a file");
        // It can be read, but not written, also by the administrator, who may open it.
        std::os::unix::fs::symlink("/proc/version", &closed).expect("a link");
        let texts = [&first, &closed].map(|path| (path.clone(), "changed".to_owned()));
        let replaced = Files::default().replace(&BTreeMap::from(texts));
        assert!(replaced.is_err());
        assert_eq!(fs::read_to_string(&first).expect("a file"), "user's");
        fs::remove_dir_all(folder).expect("it can be removed");
    }
}
