//! Reads sections of ELF files into memory when they are needed.

use std::{fs::File, os::unix::fs::FileExt, path::Path, sync::Arc};

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use object::{CompressionFormat, Object as _, ObjectSection as _, ReadCache};

/// A parsed file. Its parts are read on demand.
pub(crate) type Elf<'a> = object::File<'a, &'a ReadCache<&'a File>>;

/// Calls `read` with the file at `path`, if it is an ELF file.
pub(crate) fn with_elf<T>(
    path: &Path,
    read: impl FnOnce(&Elf<'_>, &File) -> Option<T>,
) -> Option<T> {
    let file = File::open(path).ok()?;
    let cache = ReadCache::new(&file);
    let elf = object::File::parse(&cache).ok()?;
    read(&elf, &file)
}

/// The uncompressed bytes of a section. `None` if there is no such section, or if its compression is not supported.
pub(crate) fn bytes(elf: &Elf<'_>, file: &File, name: &str) -> Option<Arc<[u8]>> {
    let range = elf.section_by_name(name)?.compressed_file_range().ok()?;
    let size = usize::try_from(range.compressed_size).ok()?;
    // A false size is noticed before memory is allocated for it.
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
