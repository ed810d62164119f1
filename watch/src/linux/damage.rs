//! Damages files, for tests that read them.

use object::{Object as _, ObjectSection as _};
use offload_limits::Seed;

/// Changes some bytes of one section or of the list of sections, or cuts the file.
pub(crate) fn damage(seed: &mut Seed, bytes: &mut Vec<u8>) {
    let elf = object::File::parse(&**bytes).unwrap();
    let sections = elf.sections().filter_map(|section| section.file_range());
    let mut ranges: Vec<_> = sections.filter(|range| range.1 > 0).collect();
    let header = u64::from_le_bytes(*bytes[0x28..].first_chunk().unwrap());
    ranges.extend([(header, 40 * 64); 4]);
    let (start, length) = seed.choose(&ranges);
    if seed.below(20) == 0 {
        return bytes.truncate(seed.index(bytes.len()));
    }
    let most = if seed.below(2) == 0 { 64 } else { length };
    for _ in 0..=seed.below(16) {
        let at = usize::try_from(start + seed.below(length.min(most))).unwrap();
        let Some(byte) = bytes.get_mut(at) else {
            continue;
        };
        *byte = seed.choose(&[
            0,
            1,
            2,
            0x7f,
            0x80,
            0xff,
            seed.clone().bits().to_le_bytes()[5],
        ]);
    }
}
