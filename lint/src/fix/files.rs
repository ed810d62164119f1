//! The user's files, as they were when the lint first read them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{calls::calls, locks::Locks, new_version::NewVersion, walk::Calls};

/// The text of each file and the calls in it, read once.
#[derive(Debug, Default)]
pub(super) struct Files {
    texts: BTreeMap<PathBuf, Rc<str>>,
    calls: BTreeMap<PathBuf, Rc<Calls>>,
    /// Folders whose code may use dashmap.
    with_dashmap: Vec<PathBuf>,
}

impl Files {
    pub(super) fn new(with_dashmap: &[PathBuf]) -> Self {
        Self {
            with_dashmap: with_dashmap.to_vec(),
            ..Self::default()
        }
    }

    pub(super) fn text(&mut self, path: &Path) -> io::Result<Rc<str>> {
        Ok(match self.texts.entry(path.to_owned()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let text = fs::read_to_string(path).map_err(|error| about(path, &error))?;
                new.insert(text.into()).clone()
            }
        })
    }

    pub(super) fn calls(&mut self, path: &Path) -> io::Result<Rc<Calls>> {
        let text = self.text(path)?;
        let mut folders = self.with_dashmap.iter();
        let locks = Locks {
            has_maps: folders.any(|folder| path.starts_with(folder)),
        };
        let known = self.calls.entry(path.to_owned());
        Ok(known
            .or_insert_with(|| Rc::new(calls(&text, locks)))
            .clone())
    }

    /// Whether the file still had these lines when it was read here.
    pub(super) fn check(&mut self, path: &Path, lines: &[String]) -> io::Result<()> {
        let text = self.text(path)?;
        let is_same = text.lines().eq(lines.iter().map(String::as_str));
        is_same.then_some(()).ok_or_else(|| changed(path))
    }

    /// Writes other texts into the user's files, all or none, unless somebody has changed one of them.
    pub(super) fn replace(&mut self, texts: &BTreeMap<PathBuf, String>) -> Result<(), String> {
        let new = self.new_versions(texts).map_err(lost)?;
        for (done, (path, one)) in texts.keys().zip(&new).enumerate() {
            if let Err(error) = one.replace_file() {
                let is_restored = self.restore(texts.keys().take(done));
                let error = about(path, &error);
                return Err(if is_restored {
                    lost(error)
                } else {
                    error.to_string()
                });
            }
        }
        Ok(())
    }

    fn new_versions(&mut self, texts: &BTreeMap<PathBuf, String>) -> io::Result<Vec<NewVersion>> {
        let new = texts
            .iter()
            .map(|(path, text)| NewVersion::new(path, text).map_err(|error| about(path, &error)));
        let new: Vec<NewVersion> = new.collect::<io::Result<_>>()?;
        for path in texts.keys() {
            let now = fs::read_to_string(path).map_err(|error| about(path, &error))?;
            if now != *self.text(path)? {
                return Err(changed(path));
            }
        }
        Ok(new)
    }

    /// Writes the old texts back. Returns whether that worked for all files.
    fn restore<'a>(&mut self, paths: impl Iterator<Item = &'a PathBuf>) -> bool {
        let mut is_restored = true;
        for path in paths {
            let text = self.text(path);
            let old = text.and_then(|text| NewVersion::new(path, &text)?.replace_file());
            if let Err(error) = old {
                eprintln!("warning: {} stays changed: {error}", path.display());
                is_restored = false;
            }
        }
        is_restored
    }
}

fn changed(path: &Path) -> io::Error {
    io::Error::other(format!("{} has changed meanwhile", path.display()))
}

fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "this is what `map_err` wants"
)]
pub(super) fn lost(error: io::Error) -> String {
    format!("nothing is changed: {error}")
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        env, fs,
        os::unix::fs::{PermissionsExt as _, symlink},
        path::{Path, PathBuf},
    };

    use super::Files;

    /// Removed at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let name = format!("offload-lint-{name}-{}", std::process::id());
            let place = Self(env::temp_dir().join(name));
            fs::create_dir_all(&place.0).expect("a folder");
            place
        }

        fn write(&self, name: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, "user's").expect("a file");
            path
        }

        /// How many files there are.
        fn files(&self) -> usize {
            fs::read_dir(&self.0).expect("the folder").count()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).expect("a file")
    }

    fn texts(paths: &[&PathBuf]) -> BTreeMap<PathBuf, String> {
        let all = paths.iter();
        all.map(|path| ((*path).clone(), "changed".to_owned()))
            .collect()
    }

    #[test]
    fn all_files_are_written_or_none() {
        let place = Place::new("all");
        let [first, second] = ["a.rs", "b.rs"].map(|name| place.write(name));
        // The file can be read, but nobody can write into its folder, not even root.
        let closed = place.0.join("c.rs");
        symlink("/proc/version", &closed).expect("a link");
        let error = Files::default().replace(&texts(&[&first, &closed]));
        assert!(error.is_err_and(|error| error.contains("c.rs: ")));
        fs::set_permissions(&second, fs::Permissions::from_mode(0o444)).expect("it is ours");
        let error = Files::default().replace(&texts(&[&first, &second]));
        assert!(error.is_err_and(|error| error.contains("b.rs: it is read-only")));
        assert_eq!((read(&first), place.files()), ("user's".to_owned(), 3));
    }

    #[test]
    fn what_an_ended_run_has_left_is_no_obstacle() {
        let place = Place::new("ended");
        let file = place.write("a.rs");
        place.write(&format!(".a.rs.offload-lint-{}", std::process::id()));
        Files::default().replace(&texts(&[&file])).expect("it can");
        assert_eq!((read(&file), place.files()), ("changed".to_owned(), 1));
    }

    #[test]
    fn a_file_that_stays_changed_is_told() {
        let place = Place::new("restored");
        let [first, second] = ["a.rs", "b.rs"].map(|name| place.write(name));
        let mut files = Files::default();
        for path in [&first, &second] {
            files.text(path).expect("a text");
            fs::write(path, "changed").expect("a file");
        }
        assert!(files.restore([&first].into_iter()));
        fs::remove_file(&second).expect("a file");
        assert!(!files.restore([&second, &first].into_iter()));
        assert_eq!(read(&first), "user's");
    }

    #[test]
    fn only_packages_with_such_maps_have_their_guards() {
        let place = Place::new("maps");
        let file = place.0.join("a.rs");
        fs::write(&file, "async fn a() { let b = c.get(1); f(); }").expect("a file");
        let guarded = |folders: &[PathBuf]| {
            let calls = Files::new(folders).calls(&file).expect("it is code");
            calls.all.iter().any(|call| call.is_guarded)
        };
        let folders = [place.0.clone()];
        assert!(guarded(&folders) && !guarded(&[]));
    }

    #[test]
    fn what_somebody_has_changed_stays() {
        let place = Place::new("changed");
        let [first, second] = ["a.rs", "b.rs"].map(|name| place.write(name));
        let mut files = Files::default();
        files.text(&second).expect("a text");
        let lines = ["user's".to_owned()];
        files.check(&second, &lines).expect("it is the same");
        assert!(files.check(&second, &[]).is_err());
        fs::write(&second, "other").expect("a file");
        let error = files.replace(&texts(&[&first, &second]));
        assert!(error.is_err_and(|error| error.contains("b.rs has changed meanwhile")));
        let after = (read(&first), read(&second), place.files());
        assert_eq!(after, ("user's".to_owned(), "other".to_owned(), 2));
    }

    #[test]
    fn links_and_rights_stay_as_they_are() {
        let place = Place::new("links");
        let file = place.write("a.rs");
        let link = place.0.join("b.rs");
        symlink("a.rs", &link).expect("a link");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).expect("it is ours");
        Files::default().replace(&texts(&[&link])).expect("it can");
        assert_eq!(read(&file), "changed");
        assert!(link.is_symlink());
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!((mode & 0o777, place.files()), (0o750, 2));
    }
}
