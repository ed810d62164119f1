//! Reads sections of ELF files into memory when they are needed.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
    sync::Arc,
};

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use object::{CompressionFormat, Object as _, ObjectSection as _, ReadCache};
use rustix::fs::{Mode, OFlags};

/// A parsed file. Its parts are read on demand.
pub(crate) type Elf<'a> = object::File<'a, &'a ReadCache<&'a File>>;

/// Opens a regular file. The paths come from the program, so anything may be there: opening a pipe could block forever.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Opening a device may have an effect, so the type is checked before.
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    // The path may have changed in between.
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(file)
}

/// Where the program itself is found, also if its file was replaced or removed.
pub(crate) const PROGRAM: &str = "/proc/self/exe";

/// Which file was at a path. Another one may be there later, even under the number of one that was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl FileId {
    /// That of a file that was opened at this path. The program stays the same.
    pub(crate) fn of(path: &Path, file: &File) -> io::Result<Self> {
        if path == Path::new(PROGRAM) {
            return Ok(Self::default());
        }
        let data = file.metadata()?;
        Ok(Self {
            device: data.dev(),
            inode: data.ino(),
            size: data.size(),
            modified: (data.mtime(), data.mtime_nsec()),
        })
    }
}

/// Calls `read` with the file, if it is an ELF file.
pub(crate) fn with_elf<T>(file: &File, read: impl FnOnce(&Elf<'_>) -> Option<T>) -> Option<T> {
    let cache = ReadCache::new(file);
    let elf = object::File::parse(&cache).ok()?;
    read(&elf)
}

/// How much memory the debug information of a file takes, once it is unpacked.
pub(crate) fn size_of_debug(elf: &Elf<'_>) -> u64 {
    let of_debug = elf.sections().filter(|section| {
        let name = section.name().unwrap_or_default();
        name.starts_with(".debug_")
    });
    of_debug
        .filter_map(|section| section.compressed_file_range().ok())
        .fold(0, |size, range| {
            size.saturating_add(range.uncompressed_size)
        })
}

/// The uncompressed bytes of a section. `None` if there is no such section, or if its compression is not supported.
pub(crate) fn bytes(elf: &Elf<'_>, file: &File, name: &str) -> Option<Arc<[u8]>> {
    let range = elf.section_by_name(name)?.compressed_file_range().ok()?;
    let size = usize::try_from(range.compressed_size).ok()?;
    // A wrong size is rejected before memory is allocated for it.
    let end = range.offset.checked_add(range.compressed_size)?;
    if end > file.metadata().ok()?.len() {
        return None;
    }
    let mut bytes = vec![0; size];
    file.read_exact_at(&mut bytes, range.offset).ok()?;
    match range.format {
        CompressionFormat::None => Some(bytes.into()),
        CompressionFormat::Zlib => {
            let most = usize::try_from(range.uncompressed_size).ok()?;
            let bytes = decompress_to_vec_zlib_with_limit(&bytes, most).ok()?;
            Some(bytes.into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, process::Command, sync::mpsc, thread, time::Duration};

    use offload_limits::{Folder, succeeds};

    use super::{PROGRAM, open};

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn only_regular_files_are_opened_and_a_pipe_is_not_waited_for() {
        let place = Folder::new("watch-sections");
        let pipe = place.join("pipe");
        succeeds(Command::new("mkfifo").arg(&pipe));
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(open(&pipe).is_err()));
        assert_eq!(told.recv_timeout(LONG), Ok(true), "it is waited for");
        assert!(open(Path::new("/dev/null")).is_err());
        assert!(open(place.path()).is_err());
        assert!(open(Path::new(PROGRAM)).is_ok());
    }
}
