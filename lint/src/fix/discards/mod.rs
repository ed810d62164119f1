//! Calls whose value is thrown away without a look. With the attribute such a call is a future that never runs, and the compiler does
//! not say so.

mod calls;
mod looks;
mod plain;
mod value;
mod walk;

use calls::Calls;
use syn::visit::Visit as _;

/// The function that is about to be async.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) is_method: bool,
}

/// Deep expressions need much of it. A choice.
const STACK: usize = 256 << 20;

/// The lines of `text` where a function of that name is called, and the compiler might not name the call. `is_quiet`: the compiler
/// warns of no futures that nobody awaits.
pub(super) fn discards(wanted: &Wanted, text: &str, is_quiet: bool) -> Vec<u32> {
    if !text.contains(&wanted.name) {
        return Vec::new();
    }
    let lines = std::thread::scope(|scope| {
        let parse = || {
            let file = syn::parse_file(text).ok()?;
            let mut calls = Calls::new(wanted, &file, is_quiet);
            calls.visit_file(&file);
            Some(calls.silent())
        };
        let parsing = std::thread::Builder::new().stack_size(STACK);
        parsing.spawn_scoped(scope, parse).ok()?.join().ok()?
    });
    lines.unwrap_or_else(|| unparsed(&wanted.name, text))
}

fn unparsed(name: &str, text: &str) -> Vec<u32> {
    let lines = (1..).zip(text.lines());
    let calls = lines.filter(|(_, line)| is_called(name, line));
    calls.map(|(number, _)| number).collect()
}

fn is_called(name: &str, line: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let is_part = before.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_');
        !is_part && !before.ends_with("fn ") && rest[name.len()..].trim_start().starts_with('(')
    })
}

/// Whether a line for the whole crate, or of a manifest, keeps the compiler from warnings of what is not used.
pub(super) fn is_quiet(line: &str) -> bool {
    let words = ["unused_must_use", "unused)", "unused,", "warnings"];
    let is_in_code = line.starts_with("#![allow(") && words.iter().any(|word| line.contains(word));
    let name = line.split(['=', '.']).next().unwrap_or_default();
    let is_lint = ["unused_must_use", "unused", "warnings"].contains(&name.trim());
    is_in_code || (is_lint && line.contains("\"allow\""))
}

#[cfg(test)]
mod tests;
