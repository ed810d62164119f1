//! Renames a thread after the function that it runs, until the function ends (feature `thread-names`, on Linux).

use std::ffi::{CStr, CString};

use rustix::thread::{name, set_name};

use super::site::Site;

/// The longest thread name on Linux, in bytes.
const LONGEST: usize = 15;

/// The name that the thread had before. It is restored when this is dropped.
pub(crate) struct Named {
    before: Option<CString>,
}

/// Names this thread after the function at the site that `of` returns.
pub(crate) fn enter(of: impl FnOnce() -> &'static Site) -> Named {
    let before = name().ok();
    give(fitting(of().name(), &mut [0; LONGEST + 1]));
    Named { before }
}

impl Drop for Named {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            give(before);
        }
    }
}

fn give(name: &CStr) {
    // The name is only for people who look at the process, so a failure is ignored.
    let _ = set_name(name);
}

/// As many whole characters of `name` as fit, written to `room`, whose last byte stays zero.
fn fitting<'a>(name: &str, room: &'a mut [u8; LONGEST + 1]) -> &'a CStr {
    let mut end = name.len().min(LONGEST);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    room[..end].copy_from_slice(&name.as_bytes()[..end]);
    CStr::from_bytes_until_nul(room).unwrap_or_default()
}

#[test]
fn names_are_cut_between_characters() {
    let cut = |name| {
        let mut room = [0; LONGEST + 1];
        fitting(name, &mut room).to_str().unwrap().to_owned()
    };
    assert_eq!(cut("checksum"), "checksum");
    assert_eq!(cut("load_thumbnail_of"), "load_thumbnail_");
    assert_eq!(cut("größenänderungen"), "größenänderu");
    assert_eq!(cut("数据库查询并计算"), "数据库查询");
}
