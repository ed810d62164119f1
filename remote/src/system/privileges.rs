//! Detects rights that a process has and its parent may not have. With such rights it neither becomes a worker nor starts any.
//!
//! A worker runs what the process that starts it asks for. If a set-uid program could become a worker, any user could make it run code
//! with its rights.

use std::{fs, os::unix::fs::MetadataExt, path::Path, sync::OnceLock};

use nix::unistd::{getresgid, getresuid};
use rustix::{
    fs::getxattr,
    io::Errno,
    process::{getegid, geteuid, getuid},
    thread::capabilities,
};

/// The entry of the auxiliary vector in which the kernel says that a program has rights that its caller does not have.
const AT_SECURE: usize = 23;

/// The entry with the start address of the program.
const AT_ENTRY: usize = 9;

/// Why this process may neither be a worker nor have workers, if so.
pub(crate) fn of_process() -> Option<String> {
    of_start().or_else(of_ids)
}

/// The rights that this process got when it was started. `init` asks for them first, before anything can hide them.
pub(crate) fn of_start() -> Option<String> {
    static SECURE: OnceLock<bool> = OnceLock::new();
    let secure = SECURE
        .get_or_init(|| own_entry(AT_SECURE).map_or_else(has_capabilities, |secure| secure != 0));
    secure
        .then(|| "the file of this program is set-uid or set-gid, or gives capabilities".to_owned())
}

/// The real, effective and saved user and group, if they differ.
fn of_ids() -> Option<String> {
    let (Ok(user), Ok(group)) = (getresuid(), getresgid()) else {
        return Some("the users of this process cannot be told".to_owned());
    };
    let users = [user.real, user.effective, user.saved].map(nix::unistd::Uid::as_raw);
    let groups = [group.real, group.effective, group.saved].map(nix::unistd::Gid::as_raw);
    let differ = |what: &str, [real, effective, saved]: [u32; 3]| {
        (real != effective || effective != saved).then(|| {
            format!("its real, effective and saved {what}s are {real}, {effective} and {saved}")
        })
    };
    differ("user", users).or_else(|| differ("group", groups))
}

/// Why a file may not be executed as a worker: it would have other rights than this process.
pub(crate) fn of_file(path: &Path) -> Option<String> {
    // A file that cannot be examined cannot be executed either, and the system says why.
    let file = fs::metadata(path).ok()?;
    let path = path.display();
    if file.mode() & 0o4000 != 0 && file.uid() != geteuid().as_raw() {
        return Some(format!("`{path}` is set-uid to user {}", file.uid()));
    }
    if file.mode() & 0o2010 == 0o2010 && file.gid() != getegid().as_raw() {
        return Some(format!("`{path}` is set-gid to group {}", file.gid()));
    }
    None
}

/// Whether a file gives capabilities to a program whose user has none.
pub(crate) fn gives_capabilities(path: &Path) -> Option<String> {
    let mut value = [0_u8; 64];
    let gives = match getxattr(path, "security.capability", &mut value) {
        Ok(length) => length > 0,
        Err(error) => error == Errno::RANGE,
    };
    (gives && !getuid().is_root()).then(|| format!("`{}` has file capabilities", path.display()))
}

/// Whether this process has capabilities without being root. Used where the kernel's own statement cannot be read.
fn has_capabilities() -> bool {
    !getuid().is_root() && capabilities(None).is_ok_and(|sets| !sets.permitted.is_empty())
}

/// The address of this program in memory, and not of its libraries or an emulator.
pub(crate) fn program_entry() -> Option<usize> {
    own_entry(AT_ENTRY)
}

fn own_entry(key: usize) -> Option<usize> {
    entry(&fs::read("/proc/self/auxv").ok()?, key)
}

/// The value of an entry in an auxiliary vector.
fn entry(vector: &[u8], key: usize) -> Option<usize> {
    const WORD: usize = size_of::<usize>();
    let word = |bytes: &[u8]| Some(usize::from_ne_bytes(*bytes.first_chunk::<WORD>()?));
    let mut entries = vector.chunks_exact(2 * WORD);
    let found = entries.find(|pair| word(pair) == Some(key))?;
    word(&found[WORD..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_by_its_key() {
        let words = [6, 4096, AT_SECURE, 1, 0, 0];
        let vector: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert_eq!(entry(&vector, AT_SECURE), Some(1));
        assert_eq!(entry(&vector, 6), Some(4096));
        assert_eq!(entry(&vector, 7), None);
        assert_eq!(entry(&vector[..9], 6), None);
    }

    #[test]
    fn this_very_test_has_no_rights_of_its_own() {
        assert_eq!(of_process(), None);
        assert_eq!(of_file(Path::new("/proc/self/exe")), None);
        assert_eq!(of_file(Path::new("/nowhere/at/all")), None);
    }

    /// The library that this test runs with is owned by root, and no program is both.
    #[test]
    fn a_set_uid_file_of_another_user_is_told() {
        let path = Path::new("/usr/bin/passwd");
        let told = of_file(path);
        let expected =
            fs::metadata(path).is_ok_and(|file| file.mode() & 0o4000 != 0 && !geteuid().is_root());
        assert_eq!(told.is_some(), expected);
    }
}
