//! Detects rights that a process has and its parent may not have. With such rights it neither becomes a helper nor starts one.
//!
//! The rule is that of `remote/src/system/privileges.rs`. None of the two crates needs the other, so both have it.
//!
//! A helper copies registers and memory. If a set-uid program could become one, any user could make it read what only its owner may.

use std::{
    fs,
    os::unix::{fs::MetadataExt, process::parent_id},
    path::Path,
};

use nix::unistd::{getresgid, getresuid};
use rustix::{
    fs::getxattr,
    io::Errno,
    process::{getegid, geteuid, getuid},
    thread::capabilities,
};

/// The entry of the auxiliary vector in which the kernel says that a program has rights that its caller does not have.
const AT_SECURE: usize = 23;

/// Whether this process has, or the copy of it would have, rights of its own. It is asked each time, since a process can change them.
pub(crate) fn has_own_rights() -> bool {
    got_rights() || has_several_ids() || gives_rights(Path::new("/proc/self/exe"))
}

/// Whether the process `parent` is still the parent of this one, and the thread is one of its own.
pub(crate) fn is_thread_of_parent(parent: u32, tid: i32) -> bool {
    parent_id() == parent && fs::metadata(format!("/proc/{parent}/task/{tid}")).is_ok()
}

/// Whether this process got rights when it was started. Where the kernel's statement cannot be read, capabilities tell.
fn got_rights() -> bool {
    let vector = fs::read("/proc/self/auxv");
    let secure = vector.ok().and_then(|vector| entry(&vector, AT_SECURE));
    secure.map_or_else(has_capabilities, |secure| secure != 0)
}

fn has_capabilities() -> bool {
    !getuid().is_root() && capabilities(None).map_or(true, |sets| !sets.permitted.is_empty())
}

/// Whether the real, effective and saved user or group differ.
fn has_several_ids() -> bool {
    let (Ok(user), Ok(group)) = (getresuid(), getresgid()) else {
        return true;
    };
    let users = user.real != user.effective || user.effective != user.saved;
    users || group.real != group.effective || group.effective != group.saved
}

/// Whether a program would have other rights than the process that executes it. If it cannot be examined, it may.
fn gives_rights(program: &Path) -> bool {
    let Ok(file) = fs::metadata(program) else {
        return true;
    };
    let of_user = file.mode() & 0o4000 != 0 && file.uid() != geteuid().as_raw();
    let of_group = file.mode() & 0o2010 == 0o2010 && file.gid() != getegid().as_raw();
    of_user || of_group || !getuid().is_root() && gives_capabilities(program)
}

fn gives_capabilities(program: &Path) -> bool {
    let mut value = [0_u8; 64];
    match getxattr(program, "security.capability", &mut value) {
        Ok(length) => length > 0,
        Err(error) => error == Errno::RANGE,
    }
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
        assert_eq!(entry(&vector, 7), None);
        assert_eq!(entry(&vector[..9], 6), None);
    }

    #[test]
    fn this_very_test_has_no_rights_of_its_own() {
        assert!(!has_own_rights());
        assert!(gives_rights(Path::new("/nowhere/at/all")));
    }

    #[test]
    fn a_set_uid_file_of_another_user_gives_rights() {
        let path = Path::new("/usr/bin/passwd");
        let expected =
            fs::metadata(path).is_ok_and(|file| file.mode() & 0o4000 != 0 && !geteuid().is_root());
        assert_eq!(path.exists() && gives_rights(path), expected);
    }

    #[test]
    fn only_threads_of_the_parent_itself_are_its_threads() {
        let (me, parent) = (std::process::id(), parent_id());
        let number = |process: u32| i32::try_from(process).unwrap();
        assert!(!is_thread_of_parent(me, number(me)), "not the parent");
        assert!(!is_thread_of_parent(parent, number(me)));
        assert!(is_thread_of_parent(parent, number(parent)));
    }
}
