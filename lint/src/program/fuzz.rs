//! Tests with damaged programs: reading one gives a graph or an error, and never a panic.

use std::{fs, path::Path};

use object::{Object as _, ObjectSection as _};
use offload_limits::Seed;

use super::{Graph, Questions, Unreadable, elf, parse};

fn program() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/aarch64.elf");
    fs::read(path).expect("the program is there")
}

/// Whether the program can be read.
fn read(bytes: &[u8]) -> bool {
    result(bytes).is_ok()
}

fn why(bytes: &[u8]) -> String {
    result(bytes).expect_err("it is damaged").to_string()
}

fn result(bytes: &[u8]) -> Result<Graph, Unreadable> {
    let questions = Questions {
        is_own: &|_| true,
        ends: &|_, _| false,
        calls_method: &|_, _| true,
        takes_context: &|_, _| None,
    };
    parse(Path::new("broken"), bytes, &questions)
}

/// The offset of the machine in the header.
const MACHINE: usize = 18;
const X86_64: u8 = 0x3e;

#[test]
fn what_is_cut_off_is_no_program() {
    let whole = program();
    assert!(read(&whole));
    for end in (0..whole.len()).step_by(61) {
        read(&whole[..end]);
    }
    assert!(!read(&[]) && !read(&whole[..64]));
}

#[test]
fn bytes_may_be_any() {
    let whole = program();
    let mut seed = Seed::new(1);
    for round in 0..2_000 {
        let mut broken = whole.clone();
        if round % 2 == 0 {
            broken[MACHINE] = X86_64;
        }
        for _ in 0..=seed.index(32) {
            let at = seed.index(broken.len());
            // Half of the changes make a size or an offset huge.
            let value = seed.bits();
            broken[at] = if value & 0x100 == 0 {
                0xff
            } else {
                value.to_le_bytes()[0]
            };
        }
        read(&broken);
    }
}

#[test]
fn words_of_the_headers_may_be_any() {
    let whole = program();
    let mut seed = Seed::new(7);
    let header = |bytes: &[u8], at: usize| {
        let word = bytes[at..at + 8].try_into().expect("eight bytes");
        usize::try_from(u64::from_le_bytes(word)).expect("an offset")
    };
    // The table of sections, from which everything else is found.
    let table = header(&whole, 40);
    for _ in 0..2_000 {
        let mut broken = whole.clone();
        for _ in 0..=seed.index(3) {
            let at = table + 8 * seed.index((whole.len() - table) / 8);
            let value = [0, 1, u64::MAX, u64::MAX - 7, 1 << 63, seed.bits()][seed.index(6)];
            broken[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        read(&broken);
    }
}

#[test]
fn any_bytes_are_decoded_to_their_end() {
    let mut whole = program();
    let code = {
        let image = elf::Image::parse(&whole).expect("it is a program");
        let first = image.functions.first().expect("it has functions");
        let code = image.code(first);
        code.as_ptr().addr() - whole.as_ptr().addr()
    };
    let mut seed = Seed::new(11);
    for round in 0..200 {
        whole[MACHINE] = if round % 2 == 0 { X86_64 } else { 0xb7 };
        for byte in whole[code..].iter_mut().take(4096) {
            *byte = seed.bits().to_le_bytes()[0];
        }
        read(&whole);
    }
}

/// The header of a section may say any length. That much memory would be taken at once.
#[test]
fn a_compressed_section_says_how_long_it_is() {
    for (kind, size) in [(1, 1_u64 << 33), (2, 1 << 33), (1, 64), (2, 64), (3, 64)] {
        let mut forged = program();
        let (header, data) = {
            let file = object::File::parse(&*forged).expect("a program");
            let section = file.section_by_name(".debug_info").expect("it has one");
            let table = u64::from_le_bytes(forged[40..48].try_into().expect("eight bytes"));
            let (data, _) = section.file_range().expect("it is in the file");
            (table + 64 * section.index().0 as u64, data)
        };
        let at = |offset: u64| usize::try_from(offset).expect("an offset");
        // The flag of the section, then the kind of compression and the length.
        forged[at(header + 9)] |= 0x08;
        forged[at(data)..at(data + 4)].copy_from_slice(&u32::to_le_bytes(kind));
        forged[at(data + 8)..at(data + 16)].copy_from_slice(&size.to_le_bytes());
        let why = why(&forged);
        assert!(why.contains("broken: the file is damaged"), "{why}");
        assert!(why.contains("section .debug_info"), "{why}");
    }
}

/// The offset of a field in the header of that section.
fn field(bytes: &[u8], section: &str, field: usize) -> usize {
    let file = object::File::parse(bytes).expect("a program");
    let section = file.section_by_name(section).expect("it has one");
    let table = u64::from_le_bytes(bytes[40..48].try_into().expect("eight bytes"));
    usize::try_from(table).expect("an offset") + 64 * section.index().0 + field
}

/// Without a check, each of these would only have fewer calls.
#[test]
fn headers_of_sections_that_do_not_agree_are_damage() {
    let [type_, flags, address, offset, size, link] = [4, 8, 16, 24, 32, 40];
    for (section, fields) in [
        (".text", &[type_, flags, address, offset, size][..]),
        (".rela.dyn", &[type_, address, offset, size, link]),
        (".data.rel.ro", &[address, offset]),
        (".data", &[address, offset]),
        (".dynsym", &[type_]),
    ] {
        for change in fields {
            let mut changed = program();
            let at = field(&changed, section, *change);
            // A field of four bytes keeps its neighbour.
            changed[at] = if changed[at] == 0 { 0x40 } else { 0 };
            changed[at + 1] ^= 0x04;
            let why = why(&changed);
            assert!(
                why.contains("the file is damaged"),
                "{section} {change}: {why}"
            );
        }
    }
}
