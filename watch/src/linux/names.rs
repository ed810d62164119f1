//! Finds the names, files and lines of code addresses, from symbols and debug information.

use std::{
    borrow::Cow,
    collections::HashMap,
    env,
    fs::File,
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
};

use addr2line::FrameIter;
use object::{
    Object as _, ObjectSymbol as _, ObjectSymbolTable as _, SymbolKind, read::elf::Sym as _,
};

use super::{
    debug::{self, Debug},
    guarded::guarded,
    sections::{self, Elf, FileId, PROGRAM},
};

/// A function on a stack. An inlined function has an entry of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
}

/// What was read of each module. It is kept because reading is slow.
#[derive(Default)]
pub(crate) struct Names {
    files: HashMap<PathBuf, FileNames>,
    here: Option<String>,
}

struct FileNames {
    id: FileId,
    /// `None` if the file is no ELF file, or one whose reading panicked.
    named: Option<Named>,
}

/// All watches of the process share it, because they read the same files.
pub(crate) static NAMES: LazyLock<Mutex<Names>> = LazyLock::new(Mutex::default);

impl Names {
    /// The frames at an address of a file, innermost first: more than one where functions were inlined. An error, which may be over at
    /// the next call, if the file cannot be opened or is not the one with this number.
    pub(crate) fn frames(
        &mut self,
        path: &Path,
        id: FileId,
        address: u64,
    ) -> io::Result<Vec<Frame>> {
        let here = self.here.get_or_insert_with(|| {
            format!("{}/", env::current_dir().unwrap_or_default().display())
        });
        let Some(named) = read(&mut self.files, path, id)? else {
            return Ok(Vec::new());
        };
        let found = guarded(|| named.look_up(address, here));
        if let (None, Some(kept)) = (&found, self.files.get_mut(path)) {
            // Reading it would panic again at each look.
            kept.named = None;
        }
        Ok(found.unwrap_or_default())
    }

    /// Whether the program has the loop of a runtime of one thread under its name.
    pub(crate) fn has_loop_of_one(&mut self) -> bool {
        self.program_has(|it| it.have_all(["current_thread", "block_on"]))
    }

    /// Whether the program has the function that tokio parks in under its name, so that it is not inlined at every call.
    pub(crate) fn has_park(&mut self) -> bool {
        self.program_has(|it| it.have("tokio::runtime::park::Inner::park"))
    }

    fn program_has(&mut self, what: impl FnOnce(&Symbols) -> bool) -> bool {
        let program = read(&mut self.files, Path::new(PROGRAM), FileId::default());
        let has = |it: &Named| guarded(|| what(&it.symbols)).unwrap_or_default();
        program.ok().flatten().is_some_and(has)
    }
}

/// Reads each file once. What cannot be opened is tried again.
fn read<'a>(
    files: &'a mut HashMap<PathBuf, FileNames>,
    path: &Path,
    id: FileId,
) -> io::Result<Option<&'a Named>> {
    if files.get(path).is_none_or(|kept| kept.id != id) {
        let file = sections::open(path)?;
        if FileId::of(path, &file)? != id {
            return Err(io::ErrorKind::NotFound.into());
        }
        let named = guarded(|| Named::read(&file, path, debug::MOST)).flatten();
        files.insert(path.to_owned(), FileNames { id, named });
    }
    Ok(files.get(path).and_then(|kept| kept.named.as_ref()))
}

/// What is known about the addresses of one file.
struct Named {
    symbols: Symbols,
    debug: Option<Debug>,
}

impl Named {
    /// Reads no debug information if it takes more than `most` bytes.
    fn read(file: &File, path: &Path, most: u64) -> Option<Self> {
        sections::with_elf(file, |elf| {
            Some(Self {
                symbols: Symbols::of(elf, file),
                debug: Debug::new(elf, file, path, most),
            })
        })
    }

    fn look_up(&self, address: u64, here: &str) -> Vec<Frame> {
        let symbol = self.symbols.at(address).map(demangle);
        let mut frames = Vec::new();
        let mut found = self.debug.as_ref().and_then(|it| it.frames(address));
        while let Some(Ok(Some(frame))) = found.as_mut().map(FrameIter::next) {
            let name = frame.function.as_ref().and_then(|it| it.raw_name().ok());
            let location = frame.location;
            let file = location.as_ref().and_then(|it| it.file);
            frames.push(Frame {
                name: name.map_or_else(String::new, |it| demangle(&it)),
                file: file.map(|it| it.strip_prefix(here).unwrap_or(it).to_owned()),
                line: location.and_then(|it| it.line),
            });
        }
        match (frames.last_mut(), symbol) {
            // The outermost function has the code. Debug information may have its bare name only.
            (Some(frame), Some(symbol)) => frame.name = symbol,
            (None, Some(name)) => frames.push(Frame {
                name,
                ..Frame::default()
            }),
            (_, None) => {}
        }
        frames
    }
}

/// The functions in the table of symbols.
struct Symbols {
    /// By address.
    all: Vec<Symbol>,
    names: String,
}

struct Symbol {
    code: Range<u64>,
    name: Range<usize>,
}

impl Symbols {
    /// The table is read as a whole, because names of generics may be longer than one piece of the file.
    fn of(elf: &Elf<'_>, file: &File) -> Self {
        let (mut all, mut names) = (Vec::new(), String::new());
        let object::File::Elf64(elf64) = elf else {
            return Self { all, names };
        };
        let (table, strings) = match elf64.symbol_table() {
            Some(table) => (Some(table), ".strtab"),
            None => (elf64.dynamic_symbol_table(), ".dynstr"),
        };
        let strings = sections::bytes(elf, file, strings).unwrap_or_default();
        for symbol in table.into_iter().flat_map(|table| table.symbols()) {
            let is_code = symbol.kind() == SymbolKind::Text && symbol.is_definition();
            let offset = symbol.elf_symbol().st_name(elf64.endian());
            let Some(name) = string_at(&strings, offset).filter(|_| is_code) else {
                continue;
            };
            let start = names.len();
            names.push_str(name);
            // Functions in assembler may have no size.
            let size = symbol.size().max(1);
            all.push(Symbol {
                code: symbol.address()..symbol.address().saturating_add(size),
                name: start..names.len(),
            });
        }
        all.sort_by_key(|symbol| symbol.code.start);
        Self { all, names }
    }

    /// Whether there is a function of that name, with or without what the compiler adds.
    fn have(&self, name: &str) -> bool {
        let last = name.rsplit("::").next().unwrap_or(name);
        let mut all = self.all.iter().map(|it| &self.names[it.name.clone()]);
        // Most names differ early and are not read to the end.
        all.any(|symbol| symbol.contains(last) && demangle(symbol).replace(['<', '>'], "") == name)
    }

    /// Whether there is a function whose name has both parts. Names of functions that drop a value contain other names, as
    /// those of generics may, and do not count.
    fn have_all(&self, parts: [&str; 2]) -> bool {
        let mut all = self.all.iter().map(|it| &self.names[it.name.clone()]);
        let has = |name: &str| parts.iter().all(|part| name.contains(part));
        all.any(|symbol| {
            has(symbol)
                && !symbol.contains("drop_in_place")
                && has(&without_generics(&demangle(symbol)))
        })
    }

    fn at(&self, address: u64) -> Option<&str> {
        let next = self
            .all
            .partition_point(|symbol| symbol.code.start <= address);
        let symbol = &self.all[next.checked_sub(1)?];
        (symbol.code.contains(&address)).then(|| &self.names[symbol.name.clone()])
    }
}

/// A string that ends with a zero.
fn string_at(strings: &[u8], offset: u32) -> Option<&str> {
    let rest = strings.get(usize::try_from(offset).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    std::str::from_utf8(&rest[..end]).ok()
}

/// Without the hash of older names.
fn demangle(name: &str) -> String {
    let name: Cow<'_, str> = match rustc_demangle::try_demangle(name) {
        Ok(name) => format!("{name:#}").into(),
        Err(_) => name.into(),
    };
    name.into_owned()
}

/// `a::f` of `a::f::<T>`.
pub(super) fn without_generics(name: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for (index, sign) in name.char_indices() {
        // `<T as Trait>::f` is kept: without it nothing would be left. Arrows are no brackets.
        let opens = sign == '<' && index > 0 && name[..index].ends_with("::");
        let opens_type = sign == '<'
            && index > 0
            && name[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let arrow = sign == '>' && name[..index].ends_with('-');
        if depth == 0 && (opens || opens_type) || depth > 0 && sign == '<' {
            depth += 1;
        } else if depth > 0 && sign == '>' && !arrow {
            depth -= 1;
        } else if depth == 0 {
            kept.push(sign);
        }
    }
    kept.trim_end_matches("::").replace("::::", "::")
}

#[cfg(test)]
mod tests;
