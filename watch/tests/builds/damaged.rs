//! A program whose file was damaged: cut, or with other bytes where nothing is loaded. It runs, and its report says what can be known.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    time::Duration,
};

use object::{Object as _, ObjectSection as _, SectionFlags, elf::SHF_ALLOC};
use offload_limits::{Folder, Seed, output, rounds_within};

use super::copy;

pub(super) fn checks() {
    let place = Folder::new("watch-damage");
    let path = copy(place.path(), &[]).unwrap();
    let whole = fs::read(&path).unwrap();
    let end_of_code = end_of_loaded(&whole);
    for round in rounds_within(Duration::from_secs(30), 60) {
        let mut seed = Seed::new(round);
        let mut bytes = whole.clone();
        let rest = bytes.len() - end_of_code;
        if round % 4 == 0 {
            bytes.truncate(end_of_code + seed.index(rest));
        } else {
            for _ in 0..1_000 {
                let at = end_of_code + seed.index(rest);
                bytes[at] = seed.bits().to_le_bytes()[3];
            }
        }
        is_told_of(&path, &bytes, round);
    }
}

/// Where what the program needs to run ends in its file.
fn end_of_loaded(bytes: &[u8]) -> usize {
    let elf = object::File::parse(bytes).unwrap();
    let is_loaded = |flags| matches!(flags, SectionFlags::Elf { sh_flags } if sh_flags & u64::from(SHF_ALLOC) != 0);
    let loaded = elf.sections().filter(|it| is_loaded(it.flags()));
    let ends = loaded.filter_map(|it| it.file_range().map(|(start, size)| start + size));
    usize::try_from(ends.max().unwrap()).unwrap()
}

fn is_told_of(path: &Path, bytes: &[u8], round: u64) {
    // The helper of the one before may not have ended yet, and what runs cannot be written to.
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    let output = output(Command::new(path).arg("waits"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("worker 0 has "), "{round}: {output:#?}");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{round}: {output:#?}"
    );
}
