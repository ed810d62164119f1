//! Calls that were inlined: which functions the code at an address belongs to.

use std::ops::Range;

use foldhash::{HashMap, HashSet};

use super::entry::{Entry, Slice, text};
use crate::program::line::Location;

/// The inlined calls of all units.
#[derive(Default)]
pub(super) struct InlinedCalls<'s> {
    /// The functions that have some, in order of their addresses.
    functions: Vec<Around>,
    /// Those of one function are together, each before those inside it.
    calls: Vec<InlinedCall>,
    parts: Vec<(u64, u64)>,
    names: HashMap<u64, Named<'s>>,
    /// The files of each unit, by number.
    files: Vec<Vec<Option<String>>>,
}

/// A part of a function, with its calls.
struct Around {
    start: u64,
    end: u64,
    calls: Range<usize>,
}

#[derive(Clone)]
pub(super) struct InlinedCall {
    parts: Range<usize>,
    /// Where the calls inside it end.
    end: usize,
    /// The entry of the called function.
    origin: Option<u64>,
    unit: usize,
    file: Option<u64>,
    line: u32,
}

/// The symbol of a function, its name, or the entry that has it.
enum Named<'s> {
    Text(Slice<'s>),
    By(u64),
}

/// The functions around the entry that is visited, outermost first.
pub(super) struct OpenFunctions {
    unit: usize,
    stack: Vec<OpenFunction>,
    parts: Vec<(u64, u64)>,
}

struct OpenFunction {
    depth: isize,
    code: Vec<(u64, u64)>,
    calls: Vec<InlinedCall>,
    /// The calls around the entry that is visited, with their depth.
    open: Vec<(isize, usize)>,
}

impl<'s> InlinedCalls<'s> {
    /// Begins a unit with these files.
    pub(super) fn begin(&mut self, files: Vec<Option<String>>) -> OpenFunctions {
        self.files.push(files);
        OpenFunctions {
            unit: self.files.len() - 1,
            stack: Vec::new(),
            parts: std::mem::take(&mut self.parts),
        }
    }

    /// Ends the functions that an entry of that depth is not inside of.
    pub(super) fn leave(&mut self, open: &mut OpenFunctions, depth: isize) {
        while let Some(mut function) = open.stack.pop_if(|function| function.depth >= depth) {
            function.end_calls(isize::MIN);
            if function.calls.is_empty() {
                continue;
            }
            let first = self.calls.len();
            let calls = first..first + function.calls.len();
            self.calls
                .extend(function.calls.into_iter().map(|call| InlinedCall {
                    end: first + call.end,
                    ..call
                }));
            let parts = function.code.into_iter();
            self.functions.extend(parts.map(|(start, end)| Around {
                start,
                end,
                calls: calls.clone(),
            }));
        }
        if depth == isize::MIN {
            self.parts = std::mem::take(&mut open.parts);
        }
    }

    /// Adds the name of a function that may be inlined: one whose code is not there.
    pub(super) fn name(
        &mut self,
        at: u64,
        entry: &Entry<'s>,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
    ) {
        if entry.has_code() {
            return;
        }
        let name = entry.symbol.or(entry.name);
        let name = name.and_then(|value| unit.attr_string(value).ok());
        let name = name.map(Named::Text).or(entry.origin.map(Named::By));
        self.names.extend(name.map(|name| (at, name)));
    }

    pub(super) fn sort(&mut self) {
        self.functions.sort_by_key(|function| function.start);
    }

    /// Where functions begin that have one of these inlined.
    pub(super) fn around(&self, wanted: &HashSet<u64>) -> HashSet<u64> {
        let is_wanted = |call: &InlinedCall| call.origin.is_some_and(|it| wanted.contains(&it));
        let functions = self.functions.iter();
        let around = functions.filter(|it| self.calls[it.calls.clone()].iter().any(is_wanted));
        around.map(|function| function.start).collect()
    }

    /// The calls around the instruction at `address`, outermost first.
    pub(super) fn at(&self, address: u64) -> Vec<&InlinedCall> {
        let mut found = Vec::new();
        let after = self.functions.partition_point(|it| it.start <= address);
        let function = after.checked_sub(1).map(|index| &self.functions[index]);
        let Some(function) = function.filter(|it| address < it.end) else {
            return found;
        };
        let Range { mut start, mut end } = function.calls.clone();
        while start < end {
            let call = &self.calls[start];
            let mut parts = self.parts[call.parts.clone()].iter();
            if parts.any(|(start, end)| (*start..*end).contains(&address)) {
                found.push(call);
                start += 1;
                end = call.end;
            } else {
                start = call.end;
            }
        }
        found
    }

    /// The symbol of the called function, or its bare name.
    pub(super) fn symbol(&self, call: &InlinedCall) -> &'s str {
        // Names that refer to each other end somewhere.
        const LONGEST: usize = 16;
        let mut origin = call.origin;
        for _ in 0..LONGEST {
            match origin.and_then(|origin| self.names.get(&origin)) {
                Some(Named::Text(name)) => return text(*name),
                Some(Named::By(next)) => origin = Some(*next),
                None => break,
            }
        }
        ""
    }

    /// Where it was called.
    pub(super) fn place(&self, call: &InlinedCall) -> Option<Location<'_>> {
        let file = usize::try_from(call.file?).ok()?;
        let file = self.files[call.unit].get(file)?.as_deref()?;
        (call.line != 0).then_some(Location {
            file,
            line: call.line,
        })
    }
}

impl OpenFunctions {
    /// Enters a function.
    pub(super) fn function<'s>(
        &mut self,
        depth: isize,
        entry: &Entry<'s>,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
    ) {
        let mut code = Vec::new();
        entry.code(unit, &mut code);
        self.stack.push(OpenFunction {
            depth,
            code,
            calls: Vec::new(),
            open: Vec::new(),
        });
    }

    /// Enters an inlined call. Returns where the function around it begins.
    pub(super) fn call<'s>(
        &mut self,
        depth: isize,
        entry: &Entry<'s>,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
    ) -> Option<u64> {
        let function = self.stack.last_mut()?;
        let (start, _) = *function.code.first()?;
        let first = self.parts.len();
        entry.code(unit, &mut self.parts);
        function.end_calls(depth);
        function.open.push((depth, function.calls.len()));
        // In the older format the first file is number one, and zero is none.
        let is_file = |file: &u64| *file > 0 || unit.header.version() >= 5;
        function.calls.push(InlinedCall {
            parts: first..self.parts.len(),
            end: 0,
            origin: entry.origin,
            unit: self.unit,
            file: entry.call_file.filter(is_file),
            line: u32::try_from(entry.call_line.unwrap_or(0)).unwrap_or(0),
        });
        Some(start)
    }
}

impl OpenFunction {
    /// Ends the calls that an entry of that depth is not inside of.
    fn end_calls(&mut self, depth: isize) {
        let end = self.calls.len();
        while let Some((_, call)) = self.open.pop_if(|(open, _)| *open >= depth) {
            self.calls[call].end = end;
        }
    }
}
