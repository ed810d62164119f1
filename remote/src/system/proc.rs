//! Reads what `/proc` tells about processes.

use std::{fs, io, path::Path};

use rustix::io::Errno;

/// A file of `/proc` as text. The names of processes that are in it need not be text, and are cut also inside a character.
pub(crate) fn text(path: impl AsRef<Path>) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What follows the name of a process in its status: first a letter for its state, then numbers.
pub(crate) fn stat(pid: u32) -> Option<String> {
    let mut stat = text(format!("/proc/{pid}/stat"))?;
    let name_end = stat.rfind(") ")?;
    Some(stat.split_off(name_end + 2))
}

/// The children of all threads of a process, or of `left` of them, from which they are taken off. An error means that they cannot be listed
/// now, that the process is hidden from this one, or that it has ended.
pub(crate) fn children(pid: u32, left: &mut usize) -> io::Result<Vec<u32>> {
    let mut children = Vec::new();
    for task in fs::read_dir(format!("/proc/{pid}/task"))?.flatten() {
        let Some(fewer) = left.checked_sub(1) else {
            break;
        };
        *left = fewer;
        match fs::read_to_string(task.path().join("children")) {
            Ok(list) => children.extend(list.split_whitespace().flat_map(str::parse::<u32>)),
            Err(error) if is_shortage(&error) => return Err(error),
            // The thread has ended.
            Err(_) => {}
        }
    }
    Ok(children)
}

/// How many threads a process has, as far as can be known.
pub(crate) fn threads(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/task")).map_or(1, Iterator::count)
}

/// Whether nothing more can be opened, by this process or in the whole system.
pub(crate) fn is_shortage(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    [Errno::MFILE, Errno::NFILE, Errno::NOMEM]
        .iter()
        .any(|short| code == Some(short.raw_os_error()))
}
