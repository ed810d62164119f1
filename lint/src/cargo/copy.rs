//! A copy of the workspace that the compiler reads instead of the user's files. Cargo itself reads the user's files.

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Component, Path, PathBuf},
    process::{Command, ExitCode},
};

use super::Packages;

/// The variable with the folder of the copy. It is set when cargo starts the lint as its compiler.
const PLACE: &str = "OFFLOAD_LINT_COPY";

/// The start of the names of the folders of copies. The number of the process follows.
const NAME: &str = "offload-lint-";

/// Folders with links to the user's files. They are removed when this value is dropped.
#[derive(Debug)]
pub(crate) struct Copy {
    place: PathBuf,
}

impl Copy {
    /// Makes only the folders that contain `code`, and links everything else: large folders, such as that of builds, cost nothing.
    pub(crate) fn new(packages: &Packages, code: &[PathBuf]) -> io::Result<Self> {
        remove_old(&packages.target);
        let name = format!("{NAME}{}", std::process::id());
        let copy = Self {
            place: packages.target.join(name),
        };
        // A process that had the same number may have left it.
        drop(fs::remove_dir_all(&copy.place));
        let roots = packages.folders.iter().chain(&packages.other);
        let inside = code.iter().filter_map(|file| file.parent());
        let inside = inside.chain(roots.chain([&packages.root]).map(PathBuf::as_path));
        // Also the folders above, so that `..` in a path leads to the same files.
        let folders: BTreeSet<PathBuf> = inside
            .flat_map(|folder| {
                without_parents(folder)
                    .ancestors()
                    .map(PathBuf::from)
                    .collect::<Vec<_>>()
            })
            .collect();
        for folder in &folders {
            copy.link_folder(folder, &folders)?;
        }
        Ok(copy)
    }

    /// Makes the copy of one folder, with links to what is in it. `folders` are left out, since each gets its own call.
    fn link_folder(&self, folder: &Path, folders: &BTreeSet<PathBuf>) -> io::Result<()> {
        let to = inside(&self.place, folder);
        fs::create_dir_all(&to)?;
        // The user may not be allowed to list folders above the workspace.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_needed = entry.file_name() != ".git" && !path.join("CACHEDIR.TAG").exists();
            if is_needed && !folders.contains(&path) {
                link(&path, &to.join(entry.file_name()))?;
            }
        }
        Ok(())
    }

    /// Writes `text` as the copy of the user's `file`.
    pub(crate) fn write(&self, file: &Path, text: &str) -> io::Result<()> {
        let around: Vec<PathBuf> = without_parents(file)
            .ancestors()
            .skip(1)
            .map(PathBuf::from)
            .collect();
        for folder in around.iter().rev() {
            let to = inside(&self.place, folder);
            if to.is_symlink() {
                fs::remove_file(&to)?;
                self.link_folder(folder, &BTreeSet::new())?;
            }
        }
        let to = inside(&self.place, file);
        // Writing through a link would change the user's file.
        match fs::remove_file(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::write(to, text),
        }
    }

    /// Has `cargo` compile the copy.
    pub(super) fn use_in(&self, cargo: &mut Command) -> io::Result<()> {
        cargo
            .env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?)
            // A wrapper of the user's, such as a cache, could return results for the user's files.
            .env("RUSTC_WRAPPER", "")
            .env(PLACE, &self.place);
        Ok(())
    }

    /// The user's file of which `copied` is the copy.
    pub(super) fn original(&self, copied: &Path) -> Option<PathBuf> {
        let rest = copied.strip_prefix(&self.place).ok()?;
        Some(without_parents(&Path::new("/").join(rest)))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Remaining links do no harm.
        drop(fs::remove_dir_all(&self.place));
    }
}

/// Removes the copies of processes that were killed.
fn remove_old(target: &Path) {
    let is_over = |process: u32| {
        Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{process}")).exists()
    };
    for entry in fs::read_dir(target).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        let process = process.and_then(|number| number.parse().ok());
        if process.is_some_and(is_over) {
            // What cannot be removed does no harm.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The path without `..`.
pub(crate) fn without_parents(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part != Component::ParentDir || !plain.pop() {
            plain.push(part);
        }
    }
    plain
}

/// Where the copy of that file or folder is.
fn inside(place: &Path, path: &Path) -> PathBuf {
    let path = without_parents(path);
    let parts = path.components();
    let names = parts.filter(|part| matches!(part, Component::Normal(_)));
    names.fold(place.to_owned(), |place, name| place.join(name))
}

/// Runs the compiler on the copy, if cargo has started the lint as its compiler.
pub(crate) fn run_as_compiler() -> Option<ExitCode> {
    let place = PathBuf::from(env::var_os(PLACE)?);
    let here = env::current_dir().ok()?;
    let words: Vec<_> = env::args_os().skip(1).collect();
    let (program, words) = words.split_first()?;
    let mut compiler = Command::new(program);
    let mut is_copied = false;
    for word in words {
        let path = Path::new(word);
        let copied = inside(&place, &here.join(path));
        if path.extension().is_some_and(|it| it == "rs") && copied.is_file() {
            compiler.arg(copied);
            is_copied = true;
        } else {
            compiler.arg(word);
        }
    }
    if is_copied {
        compiler.args(["--force-warn", "deprecated"]);
    }
    // A denied lint would end the build before all uses are found.
    let is_capped = |word: &std::ffi::OsString| word.to_string_lossy().starts_with("--cap-lints");
    if is_copied && !words.iter().any(is_capped) {
        compiler.arg("--cap-lints=warn");
    }
    let code = compiler.status().ok().and_then(|status| status.code());
    let code = code.and_then(|code| u8::try_from(code).ok());
    Some(ExitCode::from(code.unwrap_or(1)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{env, fs, path::Path};

    use super::{Copy, NAME, inside};
    use crate::cargo::Packages;

    fn packages(root: &Path) -> Packages {
        Packages {
            root: root.to_owned(),
            own: vec![root.join("app")],
            rest: Vec::new(),
            offered: Vec::new(),
            folders: vec![root.join("app"), root.join("app/src")],
            other: Vec::new(),
            target: root.join("out"),
            names: vec![None],
            with_dashmap: Vec::new(),
            ids: Vec::new(),
            specs: Vec::new(),
            targets: 1,
        }
    }

    #[test]
    fn files_are_links_and_only_code_has_folders() {
        let root = env::temp_dir().join(format!("offload-lint-test-{}", std::process::id()));
        let write = |path: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("the root")).expect("a folder");
            fs::write(path, "user's").expect("a file");
        };
        for path in [
            "app/src/main.rs",
            "app/src/deep/part.rs",
            "app/data/large/file",
            "app/.git/HEAD",
            "out/CACHEDIR.TAG",
            "out/debug/large",
        ] {
            write(path);
        }
        // Larger than any process number on Linux.
        let old = root.join(format!("out/{NAME}4194305"));
        fs::create_dir_all(&old).expect("a folder");
        // As left by a process with this number in another container.
        let same = format!("out/{NAME}{}/gone", std::process::id());
        write(&same);
        let others = format!("out/{NAME}notes/file");
        write(&others);
        let code = ["app/src/main.rs", "app/src/deep/part.rs"].map(|path| root.join(path));
        let copy = Copy::new(&packages(&root), &code).expect("a copy");
        let at = |path: &str| inside(&copy.place, &root.join(path));
        let is_link = |path: &str| at(path).is_symlink();
        assert!(
            is_link("app/data") && is_link("app/src/main.rs") && is_link("app/src/deep/part.rs")
        );
        assert!(!is_link("app/src") && at("app/data/large/file").is_file());
        assert!(!at("app/.git").exists() && !at("out").exists() && !old.exists());
        assert!(!root.join(same).exists() && root.join(others).exists());
        copy.write(&code[0], "changed").expect("a file");
        let read = |path: &Path| fs::read_to_string(path).expect("a file");
        assert_eq!(read(&at("app/data/../src/deep/../main.rs")), "changed");
        assert_eq!(read(&code[0]), "user's");
        let back = copy.original(&copy.place.join(at("app/src/x/../main.rs")));
        assert_eq!(back.as_deref(), Some(&*code[0]));
        let place = copy.place.clone();
        drop(copy);
        assert!(!place.exists() && read(&root.join("app/data/large/file")) == "user's");
        fs::remove_dir_all(root).expect("it can be removed");
    }

    #[test]
    fn files_in_linked_folders_are_not_the_users() {
        let root = env::temp_dir().join(format!("offload-lint-linked-{}", std::process::id()));
        for path in [
            "app/src/main.rs",
            "app/src/.gen/a.rs",
            "app/src/inc/deep/b.inc",
            "shared/c.rs",
            "shared/d.rs",
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("the root")).expect("a folder");
            fs::write(path, "user's").expect("a file");
        }
        super::link(Path::new("../../shared"), &root.join("app/src/linked")).expect("a link");
        let code = [root.join("app/src/main.rs")];
        let copy = Copy::new(&packages(&root), &code).expect("a copy");
        for path in [
            "app/src/.gen/a.rs",
            "app/src/inc/deep/b.inc",
            "app/src/linked/c.rs",
            "shared/d.rs",
            "app/src/../../shared/c.rs",
        ] {
            let path = root.join(path);
            copy.write(&path, "changed").expect("a file");
            let read = |path: &Path| fs::read_to_string(path).expect("a file");
            assert_eq!(read(&path), "user's");
            assert_eq!(read(&inside(&copy.place, &path)), "changed");
        }
        assert!(inside(&copy.place, &root.join("app/src/linked/d.rs")).is_file());
        drop(copy);
        fs::remove_dir_all(root).expect("it can be removed");
    }
}
