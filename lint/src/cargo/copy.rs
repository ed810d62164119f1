//! A copy of the workspace that the compiler reads instead of the user's files. Cargo knows nothing of it.

use std::{
    env, fs, io,
    path::{Component, Path, PathBuf},
    process::{Command, ExitCode},
};

use super::Packages;

/// Says where the copy is, when cargo starts the lint as its compiler.
const PLACE: &str = "OFFLOAD_LINT_COPY";

/// The files of the packages. It is removed at the end.
#[derive(Debug)]
pub(crate) struct Copy {
    place: PathBuf,
}

impl Copy {
    /// Its folder is where cargo builds, so that files of any size are only linked.
    pub(crate) fn new(packages: &Packages) -> io::Result<Self> {
        let name = format!("offload-lint-{}", std::process::id());
        let copy = Self {
            place: packages.target.join(name),
        };
        let folders = packages.folders.iter().chain(&packages.other);
        for folder in folders.chain([&packages.root]) {
            copy.take(folder)?;
        }
        Ok(copy)
    }

    fn take(&self, folder: &Path) -> io::Result<()> {
        let to = inside(&self.place, folder);
        if to.exists() {
            return Ok(());
        }
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let is_folder = entry.file_type()?.is_dir();
            // Cargo puts that file where it builds.
            if is_folder && entry.file_name() != ".git" && !path.join("CACHEDIR.TAG").exists() {
                self.take(&path)?;
            } else if !is_folder {
                let to = to.join(entry.file_name());
                // What is no file, or may not be read, is rarely code.
                drop(fs::hard_link(&path, &to).or_else(|_| fs::copy(&path, to).map(drop)));
            }
        }
        Ok(())
    }

    /// Gives the file of the user's that path another text in the copy.
    pub(crate) fn write(&self, file: &Path, text: &str) -> io::Result<()> {
        let to = inside(&self.place, file);
        // As a link, it would be the user's own.
        match fs::remove_file(&to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => fs::write(to, text),
        }
    }

    /// Has `cargo` compile the copy.
    pub(super) fn offer(&self, cargo: &mut Command) -> io::Result<()> {
        cargo
            .env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?)
            .env(PLACE, &self.place);
        Ok(())
    }

    /// The file of which that is the copy.
    pub(super) fn original(&self, copied: &Path) -> Option<PathBuf> {
        let rest = copied.strip_prefix(&self.place).ok()?;
        Some(Path::new("/").join(rest))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Links that are left do no harm.
        drop(fs::remove_dir_all(&self.place));
    }
}

/// Where the copy of that file or folder is.
fn inside(place: &Path, path: &Path) -> PathBuf {
    let parts = path.components();
    let names = parts.filter(|part| matches!(part, Component::Normal(_)));
    names.fold(place.to_owned(), |place, name| place.join(name))
}

/// Runs the compiler on the copy, if cargo has started the lint as its compiler.
pub(crate) fn compiled() -> Option<ExitCode> {
    let place = PathBuf::from(env::var_os(PLACE)?);
    let here = env::current_dir().ok()?;
    let mut words = env::args_os().skip(1);
    let mut compiler = Command::new(words.next()?);
    for word in words {
        let path = Path::new(&word);
        let copied = inside(&place, &here.join(path));
        if path.extension().is_some_and(|it| it == "rs") && copied.is_file() {
            compiler.arg(copied);
        } else {
            compiler.arg(word);
        }
    }
    let code = compiler.status().ok().and_then(|status| status.code());
    let code = code.and_then(|code| u8::try_from(code).ok());
    Some(ExitCode::from(code.unwrap_or(1)))
}
