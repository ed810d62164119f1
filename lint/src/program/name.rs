//! Turns symbols of both manglings into one spelling of function names, without hashes and generic arguments.

use std::{borrow::Cow, cell::RefCell, rc::Rc};

use foldhash::HashMap;

/// `symbol` as a path: `std::fs::read`, `<std::fs::File as std::io::Read>::read`, `app::load::{closure}`.
pub(crate) fn readable(symbol: &str) -> String {
    let text = format!("{:#}", rustc_demangle::demangle(symbol));
    let text = without_numbers(&text);
    let text = without_blocks(&text);
    let text = without_arguments(&text);
    without_inherent_brackets(&text).into_owned()
}

/// The names of symbols. Each is made once, because that is slow.
#[derive(Debug, Default)]
pub(super) struct Demangled<'a> {
    known: RefCell<HashMap<&'a str, Rc<str>>>,
}

impl<'a> Demangled<'a> {
    pub(super) fn of(&self, symbol: &'a str) -> Rc<str> {
        let mut known = self.known.borrow_mut();
        let name = known
            .entry(symbol)
            .or_insert_with(|| readable(symbol).into());
        Rc::clone(name)
    }
}

/// The legacy mangling names methods by the module of their block if that is not the type's: `app::cache::<impl app::Store>::load` is
/// `app::Store::load`, and `app::cache::<impl Load for app::Store>::load` is `<app::Store as Load>::load`.
fn without_blocks(text: &str) -> Cow<'_, str> {
    let in_block = || {
        let start = outer_bracket(text)?;
        let module = text[..start].strip_suffix("::")?;
        let block = text[start..].strip_prefix("<impl ")?;
        let end = closing(block)?;
        let (of, method) = (&block[..end], &block[end + 1..]);
        let crate_ = module.split("::").next()?;
        let parts = of.split_once(" for ");
        // Blocks of primitive types keep their module: nothing else shows that they belong to the standard library.
        let hands_on = parts.is_some_and(|(_, type_)| hands_on(type_));
        if ["core", "alloc", "std"].contains(&crate_) && !hands_on {
            return None;
        }
        match parts {
            Some((trait_, type_)) => Some(format!("<{type_} as {trait_}>{method}")),
            None => Some(format!("{of}{method}")),
        }
    };
    in_block().map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether methods of traits of the standard library call the same method of what that type points to.
pub(super) fn hands_on(type_: &str) -> bool {
    type_.starts_with('&') || type_.starts_with("alloc::boxed::Box")
}

/// The first bracket that belongs to the path itself, not to the arguments of a part of it.
fn outer_bracket(text: &str) -> Option<usize> {
    let first = text.find("<impl ")?;
    let before = &text[..first];
    let depth = before.matches('<').count() + before.matches("->").count();
    (depth == before.matches('>').count()).then_some(first)
}

/// The offset at which a bracket opened before `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    let mut before = None;
    for (at, sign) in text.char_indices() {
        match sign {
            '<' => open += 1,
            '>' if before != Some('-') => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
        before = Some(sign);
    }
    None
}

/// `{{closure}}` of the legacy mangling and `{closure#0}` of v0 are both `{closure}`.
fn without_numbers(text: &str) -> Cow<'_, str> {
    if !text.contains(['#', '{', '}']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("{{", "{").replace("}}", "}");
    let mut out = String::with_capacity(text.len());
    let mut in_number = false;
    for sign in text.chars() {
        match sign {
            '#' => in_number = true,
            _ if in_number && sign.is_ascii_digit() => {}
            _ => {
                in_number = false;
                out.push(sign);
            }
        }
    }
    Cow::Owned(out)
}

/// Drops `::<..>` after names and `<..>` after types, but keeps the `<T as Trait>` that a path begins with.
fn without_arguments(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut dropped = 0_usize;
    let mut kept = 0_usize;
    let mut before = None;
    for sign in text.chars() {
        match sign {
            '<' if dropped > 0 || is_argument_list(before) => {
                if dropped == 0 && out.ends_with("::") {
                    out.truncate(out.len() - 2);
                }
                dropped += 1;
            }
            '<' => {
                kept += 1;
                out.push(sign);
            }
            // The `>` of an arrow in a function type is no bracket.
            '>' if before == Some('-') && dropped == 0 => out.push(sign),
            '>' if before == Some('-') => {}
            '>' if dropped > 0 => dropped -= 1,
            '>' => {
                kept = kept.saturating_sub(1);
                out.push(sign);
            }
            _ if dropped == 0 => out.push(sign),
            _ => {}
        }
        before = Some(sign);
    }
    Cow::Owned(out)
}

/// Whether `<` opens arguments: after a name, or after the `::` of a turbofish.
fn is_argument_list(before: Option<char>) -> bool {
    before.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '_' | ':' | '}'))
}

/// `<std::path::Path>::exists` of v0 is `std::path::Path::exists` elsewhere.
fn without_inherent_brackets(text: &str) -> Cow<'_, str> {
    let parts = text.strip_prefix('<').and_then(|it| it.split_once('>'));
    match parts {
        Some((path, rest)) if !path.contains(" as ") && !path.contains('<') => {
            Cow::Owned(format!("{path}{rest}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether it belongs to the crate `core`.
pub(crate) fn is_core(name: &str) -> bool {
    name.trim_start_matches(['<', '&']).starts_with("core::")
}

/// Whether it is the closure that wraps the one given to a `Once`.
pub(crate) fn is_once(name: &str) -> bool {
    let of_std = name.starts_with("std::sync::")
        && (name.ends_with("once::Once::call_once::{closure}")
            || name.ends_with("once::Once::call_once_force::{closure}"));
    of_std || name == "once_cell::imp::OnceCell::initialize::{closure}"
}

/// Whether it belongs to a type whose value is made at its first use, such as `LazyLock`.
pub(crate) fn makes_once(name: &str) -> bool {
    let kinds = [
        "std::sync::lazy_lock::",
        "std::sync::once",
        "std::sync::poison::once::",
        "once_cell::",
    ];
    let path = name.trim_start_matches('<');
    kinds.iter().any(|kind| path.starts_with(kind))
}

/// Whether it is a method of a static that has the function that makes its value.
pub(crate) fn is_lazy(name: &str) -> bool {
    let path = name.trim_start_matches('<');
    let kinds = ["std::sync::lazy_lock::LazyLock", "once_cell::sync::Lazy"];
    kinds.iter().any(|kind| path.starts_with(kind))
}

/// The spellings that a table may have for `name`: itself, and for a method of a trait, its path by the type and by the trait.
pub(crate) fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned()];
    let method = name
        .strip_prefix('<')
        .and_then(|inner| inner.rsplit_once(">::"));
    if let Some((head, method)) = method
        && let Some((of, trait_)) = head.split_once(" as ")
    {
        spellings.push(format!("{}::{method}", of.trim_start_matches('&')));
        spellings.push(format!("{trait_}::{method}"));
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::{
        readable, spellings, without_arguments, without_blocks, without_inherent_brackets,
    };

    #[test]
    fn both_manglings_give_one_name() {
        let legacy = "_ZN3std4path4Path6exists17h0300f32b8f6c30ddE";
        let v0 = "_RNvMs_NtCs1234_3std4pathNtB4_4Path6exists";
        assert_eq!(readable(legacy), "std::path::Path::exists");
        assert_eq!(readable(v0), "std::path::Path::exists");
    }

    #[test]
    fn methods_have_their_types_name_in_whichever_module_their_block_is() {
        let inherent = "rusqlite::transaction::<impl rusqlite::Connection>::transaction";
        assert_eq!(
            without_blocks(inherent),
            "rusqlite::Connection::transaction"
        );
        let generic = "zip::read::<impl zip::read::zip_archive::ZipArchive<fn() -> R>>::extract";
        let extract = "zip::read::zip_archive::ZipArchive::extract";
        assert_eq!(without_arguments(&without_blocks(generic)), extract);
        let of_a_trait = "app::disk::<impl app::Load<T> for app::Store>::load::{closure}";
        let load = "<app::Store as app::Load>::load::{closure}";
        assert_eq!(without_arguments(&without_blocks(of_a_trait)), load);
        let of_a_box = "std::io::impls::<impl std::io::Read for alloc::boxed::Box<R>>::read";
        let read = "<alloc::boxed::Box as std::io::Read>::read";
        assert_eq!(without_arguments(&without_blocks(of_a_box)), read);
        for same in [
            "core::str::<impl str>::find",
            "core::fmt::num::<impl core::fmt::Display for u32>::fmt",
            "app::run::<app::disk::<impl app::Store>::load>",
            "app::disk::<impl app::Store",
        ] {
            assert_eq!(without_blocks(same), same);
        }
    }

    #[test]
    fn arguments_go_and_traits_stay() {
        let name = "<std::io::BufReader<std::fs::File> as std::io::Read>::read::<[u8; 4]>";
        let plain = "<std::io::BufReader as std::io::Read>::read";
        assert_eq!(without_arguments(name), plain);
        let arrow = "core::ops::call::<fn(u8) -> std::vec::Vec<u8>>";
        assert_eq!(without_arguments(arrow), "core::ops::call");
        assert_eq!(
            without_inherent_brackets("<std::path::Path>::is_file"),
            "std::path::Path::is_file"
        );
    }

    #[test]
    fn a_method_of_a_trait_is_known_by_its_type_and_its_trait() {
        assert_eq!(
            spellings("<&std::fs::File as std::io::Read>::read")[1..],
            ["std::fs::File::read", "std::io::Read::read"]
        );
    }
}
