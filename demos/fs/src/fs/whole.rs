//! A whole file in one call, with fewer system calls than `std::fs::read`.

use std::{
    fs::File,
    io::{ErrorKind, Read, Result},
    path::Path,
};

/// Up to this size, in bytes, memory is zeroed before it is read into: less work than one more system call.
const SMALL: u64 = 64 << 10;

/// Reads a file. If it has as many bytes as its metadata says, no further read asks whether there are more.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    if (1..=SMALL).contains(&size) && read_known(&mut file, &mut bytes, size)? {
        return Ok(bytes);
    }
    // Large, of unknown size as in `/proc`, or grown meanwhile.
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads what the metadata promised. The room for one byte more shows whether that was all.
fn read_known(file: &mut File, bytes: &mut Vec<u8>, size: u64) -> Result<bool> {
    let size = usize::try_from(size).unwrap_or_default();
    bytes.resize(size + 1, 0);
    let mut filled = 0;
    let whole = loop {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break true,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled >= size {
            break filled == size;
        }
    };
    bytes.truncate(filled);
    Ok(whole)
}
