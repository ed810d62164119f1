//! The user's files as they were when they were read first.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs, io,
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

    /// Writes other texts into the user's files, unless somebody has changed one of them.
    pub(super) fn replace(&mut self, texts: &BTreeMap<PathBuf, String>) -> io::Result<()> {
        for path in texts.keys() {
            if fs::read_to_string(path)? != *self.text(path)? {
                let path = path.display();
                return Err(io::Error::other(format!("{path} has changed meanwhile")));
            }
        }
        texts
            .iter()
            .try_for_each(|(path, text)| fs::write(path, text))
    }
}
