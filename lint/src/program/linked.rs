//! What the linker leaves to the loader: relative addresses in their packed form, and other files.

use object::{Object as _, ObjectSection as _};

/// The slots of the section of packed relative relocations, and their values, which are in the slots already.
pub(super) fn packed_pointers(file: &object::File<'_>) -> Vec<(u64, u64)> {
    let Some(section) = file.section_by_name(".relr.dyn") else {
        return Vec::new();
    };
    let sections = file.sections();
    let places: Vec<(u64, &[u8])> = sections
        .filter_map(|section| Some((section.address(), section.data().ok()?)))
        .filter(|(address, _)| *address != 0)
        .collect();
    let value = |slot: u64| {
        places.iter().find_map(|(address, bytes)| {
            let offset = usize::try_from(slot.checked_sub(*address)?).ok()?;
            let word = bytes.get(offset..offset.checked_add(8)?)?;
            Some(u64::from_le_bytes(word.try_into().ok()?))
        })
    };
    slots(&words(section.data().unwrap_or_default()))
        .into_iter()
        .filter_map(|slot| Some((slot, value(slot)?)))
        .filter(|(_, value)| *value != 0)
        .collect()
}

fn words(bytes: &[u8]) -> Vec<u64> {
    let words = bytes.chunks_exact(8);
    words
        .map(|word| word.try_into().map_or(0, u64::from_le_bytes))
        .collect()
}

/// An even word is a slot. Each bit of an odd one stands for one of the 63 slots that follow.
fn slots(words: &[u64]) -> Vec<u64> {
    let mut slots = Vec::new();
    let mut next = 0_u64;
    for word in words {
        if word & 1 == 0 {
            slots.push(*word);
            next = word.wrapping_add(8);
        } else {
            let set = (0..63).filter(|bit| word >> (bit + 1) & 1 == 1);
            slots.extend(set.map(|bit| next.wrapping_add(8 * bit)));
            next = next.wrapping_add(63 * 8);
        }
    }
    slots
}

/// Whether the standard library is in another file, so that calls of it have no target here.
pub(super) fn is_std_elsewhere(file: &object::File<'_>) -> bool {
    const NEEDED: u64 = 1;
    let data = |name| file.section_by_name(name)?.data().ok();
    let (Some(entries), Some(names)) = (data(".dynamic"), data(".dynstr")) else {
        return false;
    };
    words(entries).chunks_exact(2).any(|entry| {
        let start = usize::try_from(entry[1]).unwrap_or(usize::MAX);
        let name = names.get(start..).unwrap_or_default();
        entry[0] == NEEDED && name.starts_with(b"libstd-")
    })
}

#[cfg(test)]
mod tests {
    use super::slots;

    #[test]
    fn packed_slots_are_unpacked() {
        assert_eq!(
            slots(&[0x1000, 0b1011, 0x2000]),
            [0x1000, 0x1008, 0x1018, 0x2000]
        );
        assert_eq!(slots(&[0x1000, 1, 0b11]), [0x1000, 0x1008 + 63 * 8]);
        assert_eq!(slots(&[0x1000, 1 << 63 | 1]), [0x1000, 0x1008 + 62 * 8]);
    }
}
