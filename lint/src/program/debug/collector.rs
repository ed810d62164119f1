//! Visits all functions in debug information once.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::{
    entry::{Entry, Slice, text},
    inlined::InlinedCalls,
};
use crate::program::{
    line::{Line, Own, resolved},
    unreadable::Missing,
};

/// What was found in the units so far.
pub(super) struct Collector<'a, 's> {
    is_own: &'a dyn Fn(&Path) -> bool,
    pub(super) own: HashMap<&'s str, Own>,
    pub(super) files: HashSet<PathBuf>,
    is_split: bool,
    /// Entries of bodies of async code.
    pub(super) bodies: HashSet<u64>,
    pub(super) inlined: InlinedCalls<'s>,
    pub(super) with_inlined: HashSet<u64>,
    /// Bodies of async code in files of other crates, and their entries.
    pub(super) foreign_async: HashMap<&'s str, u64>,
}

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn new(is_own: &'a dyn Fn(&Path) -> bool) -> Self {
        Self {
            is_own,
            own: HashMap::default(),
            files: HashSet::default(),
            is_split: false,
            bodies: HashSet::default(),
            inlined: InlinedCalls::default(),
            with_inlined: HashSet::default(),
            foreign_async: HashMap::default(),
        }
    }

    pub(super) fn unit(
        &mut self,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
    ) -> Result<(), gimli::Error> {
        let all = files(unit);
        let files = self.own_files(&all);
        // Of other packages the symbols are enough.
        self.is_split |= unit.dwo_id.is_some() && !files.is_empty();
        self.files.extend(files.values().cloned());
        let mut open = self.inlined.begin(all);
        let mut entries = unit.entries_raw(None)?;
        while !entries.is_empty() {
            let (offset, depth) = (entries.next_offset(), entries.next_depth());
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            let tag = abbreviation.tag();
            if tag != gimli::DW_TAG_subprogram && tag != gimli::DW_TAG_inlined_subroutine {
                entries.skip_attributes(abbreviation.attributes())?;
                continue;
            }
            let entry = Entry::read(unit, &mut entries, abbreviation)?;
            self.inlined.leave(&mut open, depth);
            if tag == gimli::DW_TAG_inlined_subroutine {
                let around = open.call(depth, &entry, unit).filter(|_| !files.is_empty());
                self.with_inlined.extend(around);
            } else if let Some(at) = offset.to_debug_info_offset(&unit.header) {
                open.function(depth, &entry, unit);
                self.inlined.name(at.0 as u64, &entry, unit);
                self.function(unit, &entry, at.0 as u64, &files);
            }
        }
        self.inlined.leave(&mut open, isize::MIN);
        Ok(())
    }

    fn function(
        &mut self,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
        entry: &Entry<'s>,
        at: u64,
        files: &HashMap<u64, PathBuf>,
    ) {
        let (Some(name), Some(symbol), Some(file)) = (entry.name, entry.symbol, entry.file) else {
            return;
        };
        let text = |value| unit.attr_string(value).map_or("", text);
        let name = text(name);
        let Some(file) = files.get(&file) else {
            if name.starts_with(Own::ASYNC) {
                self.foreign_async.insert(text(symbol), at);
            }
            return;
        };
        let own = Own {
            name: name.to_owned(),
            line: Line {
                file: file.clone(),
                line: u32::try_from(entry.line.unwrap_or(0)).unwrap_or(0),
            },
        };
        if own.is_async() {
            self.bodies.insert(at);
        }
        self.own.insert(text(symbol), own);
    }

    /// Those of the package, by number.
    fn own_files(&self, all: &[Option<String>]) -> HashMap<u64, PathBuf> {
        let all = all.iter().enumerate();
        let paths = all.filter_map(|(index, file)| Some((index as u64, file.as_ref()?)));
        let own = paths.filter(|(_, file)| (self.is_own)(Path::new(file)));
        own.map(|(index, file)| (index, PathBuf::from(file)))
            .collect()
    }

    /// Every program has at least its `main` in a file of its package.
    pub(super) fn missing(&self) -> Option<Missing> {
        if self.is_split {
            return Some(Missing::Split);
        }
        self.own.is_empty().then_some(Missing::Debug)
    }
}

/// The files of a unit, by number.
fn files(unit: &gimli::UnitRef<'_, Slice<'_>>) -> Vec<Option<String>> {
    let Some(program) = &unit.line_program else {
        return Vec::new();
    };
    let header = program.header();
    let numbers = 0..=header.file_names().len() as u64;
    let paths = numbers.map(|index| path(unit, header, header.file(index)?));
    paths
        .map(|path| path?.into_os_string().into_string().ok())
        .collect()
}

fn path<'s>(
    unit: &gimli::UnitRef<'_, Slice<'s>>,
    header: &gimli::LineProgramHeader<Slice<'s>>,
    file: &gimli::FileEntry<Slice<'s>>,
) -> Option<PathBuf> {
    let text = |value| Some(unit.attr_string(value).ok()?.to_string_lossy().into_owned());
    let mut path = unit
        .comp_dir
        .map(|directory| PathBuf::from(directory.to_string_lossy().into_owned()))
        .unwrap_or_default();
    if let Some(directory) = file.directory(header) {
        path.push(text(directory)?);
    }
    path.push(text(file.path_name())?);
    Some(resolved(&path))
}
