//! Chooses the file that is executed as a worker.

use std::{
    error::Error,
    ffi::OsStr,
    fmt, fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{
    config::Config,
    system::{privileges::program_entry, proc},
};

/// The file that this process was started from, even if another file has its name by now.
const LINK: &str = "/proc/self/exe";

/// The file from which workers of this pool are started.
pub(crate) fn of_pool(config: &Config) -> io::Result<PathBuf> {
    chosen(config).map_or_else(this_program, Ok)
}

/// The file that was chosen by an option, if it is not this program itself.
pub(crate) fn chosen(config: &Config) -> Option<PathBuf> {
    let named = config.executable_var.and_then(std::env::var_os);
    if let Some(named) = named.filter(|path| !path.is_empty()) {
        return Some(named.into());
    }
    let path = config.executable_path.map(ToOwned::to_owned);
    path.or_else(|| config.executable.map(Into::into))
}

/// This program itself. Under an emulator or a tool like valgrind the link opens that tool, but its text names the program.
fn this_program() -> io::Result<PathBuf> {
    let link = file_id(Path::new(LINK)).map_err(|error| unknown(&error))?;
    let mapped =
        program_entry().and_then(|entry| mapped_at(&proc::text("/proc/self/maps")?, entry));
    if mapped.is_none_or(|inode| inode == link.inode) {
        return Ok(LINK.into());
    }
    let name = fs::read_link(LINK)?;
    match file_id(&name) {
        Ok(named) if mapped == Some(named.inode) => Ok(name),
        // Some file systems report other numbers for mapped files.
        Ok(named) if named == link => Ok(LINK.into()),
        Ok(_) => Err(unknown(&"it leads to a file that is not this program")),
        Err(error) => Err(unknown(&error)),
    }
}

/// What tells a file from all others of the system.
#[derive(PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

fn file_id(path: &Path) -> io::Result<FileId> {
    fs::metadata(path).map(|file| FileId {
        device: file.dev(),
        inode: file.ino(),
    })
}

fn unknown(why: &dyn fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        format!(
            "which file this program is cannot be told from `{LINK}`: {why}; mount `/proc`, or name the program of the workers \
             with `executable`"
        ),
    )
}

/// The number of the file that is mapped at this address.
fn mapped_at(maps: &str, address: usize) -> Option<u64> {
    maps.lines().find_map(|line| {
        let mut fields = line.split_whitespace();
        let (from, to) = fields.next()?.split_once('-')?;
        let bound = |text| usize::from_str_radix(text, 16).ok();
        let inode = fields.nth(3)?.parse().ok()?;
        (bound(from)? <= address && address < bound(to)? && inode != 0).then_some(inode)
    })
}

/// A program that could not be started, with its name.
#[derive(Debug)]
pub(crate) struct NotStarted {
    program: PathBuf,
    /// The file that `LINK` leads to, if that was the program.
    target: Option<PathBuf>,
    folder: Option<&'static str>,
    cause: io::Error,
}

impl NotStarted {
    pub(crate) fn error(program: &OsStr, config: &Config, cause: io::Error) -> io::Error {
        let kind = cause.kind();
        let is_own = program == LINK;
        let this = Self {
            program: program.into(),
            target: is_own.then(|| fs::read_link(LINK).ok()).flatten(),
            folder: config.current_dir,
            cause,
        };
        io::Error::new(kind, this)
    }
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.program.display())?;
        if let Some(target) = &self.target {
            write!(f, " (`{}`)", target.display())?;
        }
        if let Some(folder) = self.folder {
            write!(f, " in the folder `{folder}`")?;
        }
        write!(f, ": {}", self.cause)
    }
}

impl Error for NotStarted {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_very_program_is_found_by_its_link() {
        assert_eq!(this_program().unwrap(), Path::new(LINK));
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let inode = mapped_at(&maps, program_entry().unwrap());
        assert_eq!(inode, Some(file_id(Path::new(LINK)).unwrap().inode));
    }

    #[test]
    fn the_file_that_could_not_be_started_is_named_and_not_only_its_link() {
        let refused = io::Error::from_raw_os_error(13);
        let told = NotStarted::error(LINK.as_ref(), &Config::new("own"), refused).to_string();
        let own = std::env::current_exe().unwrap();
        let expected = format!("`{LINK}` (`{}`): Permission denied", own.display());
        assert!(told.starts_with(&expected), "{told}");
    }

    #[test]
    fn a_mapping_is_found_by_an_address_in_it() {
        let maps = "1000-2000 r-xp 00000000 08:01 77   /bin/x\n2000-3000 rw-p 00000000 00:00 0\n";
        assert_eq!(mapped_at(maps, 0x1fff), Some(77));
        assert_eq!(mapped_at(maps, 0x2000), None);
        assert_eq!(mapped_at("nonsense", 0x2000), None);
    }
}
