//! Whether the tables of an ELF file agree with each other. If they do not, the file is damaged, and calls would be missed silently.

use object::{
    Endianness, Object as _, ObjectSection as _, ObjectSegment as _, ObjectSymbol as _,
    SectionFlags, SectionKind, SymbolKind,
    elf::{DT_PLTRELSZ, DT_RELASZ, PT_DYNAMIC, SHF_ALLOC},
    read::elf::{Dyn as _, ElfFile64, ProgramHeader as _},
};

/// Fails with what does not agree.
pub(super) fn check(file: &object::File<'_>) -> Result<(), String> {
    for section in file.sections() {
        is_loaded_from_its_place(file, &section)?;
    }
    functions_are_in_code(file)?;
    match file {
        object::File::Elf64(elf) => relocations_are_all_there(file, elf),
        _ => Ok(()),
    }
}

/// A part of the program that is loaded is at the same distance from the start of its segment in the file and in memory.
fn is_loaded_from_its_place(
    file: &object::File<'_>,
    section: &object::Section<'_, '_>,
) -> Result<(), String> {
    let name = section.name().map_err(|error| error.to_string())?;
    section
        .data()
        .map_err(|error| format!("section {name}: {error}"))?;
    let Some((start, size)) = section.file_range().filter(|(_, size)| *size > 0) else {
        return Ok(());
    };
    let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
        return Ok(());
    };
    if !sh_flags.contains(SHF_ALLOC) {
        return Ok(());
    }
    let holds = |segment: object::Segment<'_, '_>| {
        let (from, length) = segment.file_range();
        let within = start.checked_sub(from);
        let is_inside = within.is_some_and(|it| it.saturating_add(size) <= length);
        is_inside && within == section.address().checked_sub(segment.address())
    };
    let is_there = file.segments().any(holds);
    is_there
        .then_some(())
        .ok_or_else(|| format!("section {name} is in no segment of the program"))
}

/// How many functions of a hundred may be outside. A choice: assembly sometimes calls its tables functions.
const OUTSIDE: usize = 10;

/// A function that is defined begins in the section of code that its symbol names.
fn functions_are_in_code(file: &object::File<'_>) -> Result<(), String> {
    let (mut all, mut outside) = (0, 0);
    for symbol in file.symbols().filter(|it| it.kind() == SymbolKind::Text) {
        let Some(index) = symbol.section_index().filter(|_| symbol.size() > 0) else {
            continue;
        };
        let section = file.section_by_index(index);
        let section = section.ok().filter(|it| it.kind() == SectionKind::Text);
        let offset = |it: &object::Section<'_, '_>| symbol.address().checked_sub(it.address());
        let is_inside = section.is_some_and(|it| offset(&it).is_some_and(|at| at < it.size()));
        all += 1;
        outside += usize::from(!is_inside);
    }
    if outside * 100 > all * OUTSIDE {
        return Err(format!(
            "{outside} functions of {all} are in no section of code"
        ));
    }
    Ok(())
}

/// The loader finds relocations by the dynamic segment, and this crate by sections. Without them no call through a table is seen.
fn relocations_are_all_there(file: &object::File<'_>, elf: &ElfFile64<'_>) -> Result<(), String> {
    /// The bytes of one relocation.
    const SIZE: u64 = 24;
    let endian: Endianness = elf.endian();
    let segments = elf.elf_program_headers().iter();
    let mut dynamic = segments.filter(|segment| segment.p_type(endian) == PT_DYNAMIC);
    let Some(dynamic) = dynamic.next() else {
        return Ok(());
    };
    let entries = dynamic.dynamic(endian, elf.data());
    let entries = entries
        .map_err(|error| error.to_string())?
        .unwrap_or_default();
    let count = |tag| {
        let mut entries = entries.iter();
        let size = entries.find(|entry| entry.d_tag(endian) == tag);
        size.map_or(0, |entry| entry.d_val(endian) / SIZE)
    };
    let expected = count(DT_RELASZ);
    // Some linkers count those of calls in both.
    let most = expected.saturating_add(count(DT_PLTRELSZ));
    let found = file.dynamic_relocations().into_iter().flatten().count() as u64;
    if !(expected..=most).contains(&found) {
        return Err(format!("it has {found} relocations of {most}"));
    }
    Ok(())
}
