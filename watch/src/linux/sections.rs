//! Sections of ELF files, read into memory as they are needed.

use std::{fs::File, os::unix::fs::FileExt, path::Path, sync::Arc};

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use object::{CompressionFormat, Object as _, ObjectSection as _, ReadCache};

/// A parsed file. Its parts are read when they are asked for.
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

/// The bytes of a section, unpacked. None if there is no such section, or it is packed in a way that is not known here.
pub(crate) fn bytes(elf: &Elf<'_>, file: &File, name: &str) -> Option<Arc<[u8]>> {
    let range = elf.section_by_name(name)?.compressed_file_range().ok()?;
    let size = usize::try_from(range.compressed_size).ok()?;
    // A size that is made up is found out before room is made for it.
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
