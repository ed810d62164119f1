//! The debug information of a file, including the parts that are in separate files.

use std::{
    ffi::OsStr,
    fs::{self, File},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use addr2line::{Context, FrameIter, LookupContinuation, LookupResult, SplitDwarfLoad};
use gimli::{Dwarf, DwarfPackage, EndianArcSlice, LittleEndian, Reader as _, SectionId};

use super::sections::{self, Elf};

/// A section. All readers share it.
pub(crate) type Bytes = EndianArcSlice<LittleEndian>;

/// The most debug information that is read of one file, in bytes. It stays in memory as long as the program runs. A choice: line tables
/// of large programs are smaller. With less, functions of such programs would have no lines; with more, a watch may take more memory.
pub(crate) const MOST: u64 = 512 * 1024 * 1024;

/// The debug information of one file.
pub(crate) struct Debug {
    context: Context<Bytes>,
    /// The parts that are packed into one file beside this one.
    package: Option<DwarfPackage<Bytes>>,
}

impl Debug {
    /// Reads the debug information of an open file. If there is none, lookups find nothing. `None` if it takes more than `most` bytes.
    pub(crate) fn new(elf: &Elf<'_>, file: &File, path: &Path, most: u64) -> Option<Self> {
        if sections::size_of_debug(elf) > most {
            return None;
        }
        let dwarf = load(elf, file, |id| Some(id.name()))?;
        Some(Self {
            context: Context::from_dwarf(dwarf).ok()?,
            package: package(path),
        })
    }

    /// The functions at an address of the file, innermost first.
    pub(crate) fn frames(&self, address: u64) -> Option<FrameIter<'_, Bytes>> {
        let mut found = self.context.find_frames(address);
        loop {
            match found {
                LookupResult::Output(frames) => return frames.ok(),
                LookupResult::Load { load, continuation } => {
                    found = continuation.resume(self.part(&load));
                }
            }
        }
    }

    /// A part that `split-debuginfo` has put into another file.
    fn part(&self, wanted: &SplitDwarfLoad<Bytes>) -> Option<Arc<Dwarf<Bytes>>> {
        let packed = self.package.as_ref();
        let packed =
            packed.and_then(|all| all.find_cu(wanted.dwo_id, &wanted.parent).ok().flatten());
        if let Some(part) = packed {
            return Some(Arc::new(part));
        }
        let mut path = text(wanted.comp_dir.as_ref()).unwrap_or_default();
        path.push(text(wanted.path.as_ref())?);
        let mut part = with_small(&path, |elf, file| {
            load(elf, file, |id: SectionId| id.dwo_name())
        })?;
        let header = part.units().next().ok()??;
        if part.unit(header).ok()?.dwo_id != Some(wanted.dwo_id) {
            return None;
        }
        part.make_dwo(&wanted.parent);
        Some(Arc::new(part))
    }
}

fn text(bytes: Option<&Bytes>) -> Option<PathBuf> {
    let bytes = bytes?.to_slice().ok()?;
    Some(OsStr::from_bytes(&bytes).into())
}

/// All sections, under the names that `name` returns. A missing section is empty.
fn load(
    elf: &Elf<'_>,
    file: &File,
    name: impl Fn(SectionId) -> Option<&'static str>,
) -> Option<Dwarf<Bytes>> {
    Dwarf::load(|id| Ok::<_, gimli::Error>(section(elf, file, name(id)))).ok()
}

fn package(path: &Path) -> Option<DwarfPackage<Bytes>> {
    let mut path = fs::canonicalize(path).ok()?.into_os_string();
    path.push(".dwp");
    with_small(Path::new(&path), |elf, file| {
        let section = |id: SectionId| Ok::<_, gimli::Error>(section(elf, file, id.dwo_name()));
        DwarfPackage::load(section, empty()).ok()
    })
}

/// Calls `read` with the file at `path`, if there is one that is not too large.
fn with_small<T>(path: &Path, read: impl FnOnce(&Elf<'_>, &File) -> Option<T>) -> Option<T> {
    let file = sections::open(path).ok()?;
    sections::with_elf(&file, |elf| {
        let is_small = sections::size_of_debug(elf) <= MOST;
        is_small.then(|| read(elf, &file))?
    })
}

fn section(elf: &Elf<'_>, file: &File, name: Option<&str>) -> Bytes {
    let bytes = name.and_then(|name| sections::bytes(elf, file, name));
    bytes.map_or_else(empty, |bytes| Bytes::new(bytes, LittleEndian))
}

fn empty() -> Bytes {
    Bytes::new(Arc::new([]), LittleEndian)
}

#[cfg(test)]
mod tests {
    use std::{process::Command, sync::mpsc, thread, time::Duration};

    use offload_limits::{Folder, succeeds};

    use super::package;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_pipe_beside_the_program_is_not_waited_for() {
        let place = Folder::new("watch-debug");
        let program = place.join("program");
        std::fs::write(&program, "").unwrap();
        succeeds(Command::new("mkfifo").arg(place.join("program.dwp")));
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(package(&program).is_none()));
        assert_eq!(told.recv_timeout(LONG), Ok(true), "it is waited for");
    }
}
