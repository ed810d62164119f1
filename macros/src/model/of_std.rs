//! Traits of std whose methods take `&mut`, or return a borrow, and are called by code that does not await them.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{ItemImpl, PatType, Path, PathSegment, ReceiverKind, ReturnType, Type, Visibility};

use crate::model::output;
use crate::parse::block::Member;
use crate::parse::function::Function;
use crate::tokens::{body, borrow};

/// The names of such traits, each with its methods. With `<>`, it has an argument.
const TRAITS: [&str; 32] = [
    "AddAssign add_assign",
    "AsMut<> as_mut",
    "AsRef<> as_ref",
    "Binary fmt",
    "Borrow<> borrow",
    "BorrowMut<> borrow_mut",
    "BufRead fill_buf consume read_until read_line",
    "Debug fmt",
    "Deref deref",
    "DerefMut deref_mut",
    "Display fmt",
    "DoubleEndedIterator next_back nth_back",
    "Drop drop",
    "Error source description cause",
    "Extend<> extend",
    "Future poll",
    "Hash hash",
    "Hasher write finish",
    "Index<> index",
    "IndexMut<> index_mut",
    "Iterator next size_hint nth fold count last",
    "LowerExp fmt",
    "LowerHex fmt",
    "MulAssign mul_assign",
    "Octal fmt",
    "Pointer fmt",
    "Read read read_vectored read_to_end read_to_string read_exact",
    "Seek seek rewind stream_position",
    "SubAssign sub_assign",
    "UpperExp fmt",
    "UpperHex fmt",
    "Write write write_vectored write_all write_str write_char write_fmt flush",
];

/// The modules of std that have them.
const MODULES: [&str; 10] = [
    "borrow", "convert", "error", "fmt", "future", "hash", "io", "iter", "ops", "std",
];

/// The name of the trait, if the block implements one of them. A trait of the user's own may have such a name, but hardly all that is
/// asked for here. No trait of std that is listed has an `async fn`.
pub(crate) fn implemented<'a>(head: &'a ItemImpl, members: &[Member]) -> Option<&'a Ident> {
    let (path, _) = head.trait_.as_ref()?;
    let last = path.segments.last()?;
    let methods = methods(last)?;
    let functions = || members.iter().filter_map(Member::function);
    if functions().any(|it| it.sig.asyncness.is_some()) {
        return None;
    }
    let knows = |it: &Function| methods.split(' ').any(|method| it.name() == method);
    let is_of_bytes = ["Read", "Write"].iter().any(|name| last.ident == name);
    // Almost all methods of these traits do.
    let can_fail = |it: &Function| it.name() == "consume" || output::is_result(&it.sig.output);
    let fails = is_of_bytes || ["BufRead", "Seek"].iter().any(|name| last.ident == name);
    let mut offloaded = members.iter().filter(|it| it.skipped().is_none());
    let borrows = offloaded.any(|it| it.function().is_some_and(borrows));
    let fits = borrows
        && (!is_of_bytes || functions().any(takes_bytes))
        && (!fails || functions().all(can_fail));
    (may_be_of_std(path) && functions().all(knows) && fits).then_some(&last.ident)
}

/// The names of the methods of the trait.
fn methods(last: &PathSegment) -> Option<&'static str> {
    TRAITS.iter().find_map(|line| {
        let (name, methods) = line.split_once(' ')?;
        let takes = name.strip_suffix("<>");
        let is_it = last.ident == takes.unwrap_or(name);
        (is_it && (takes.is_none() || !last.arguments.is_empty())).then_some(methods)
    })
}

fn takes_bytes(function: &Function) -> bool {
    let inputs = function.sig.inputs.to_token_stream();
    ["u8", "str", "char", "String"]
        .iter()
        .any(|word| body::mentions(inputs.clone(), word))
}

fn may_be_of_std(path: &Path) -> bool {
    let mut modules = path.segments.iter().rev().skip(1);
    modules
        .next()
        .is_none_or(|module| MODULES.iter().any(|known| module.ident == known))
}

/// Whether the signature has a `&mut`, or returns a borrow. A `mut` of a name says nothing.
fn borrows(function: &Function) -> bool {
    let output = match &function.sig.output {
        ReturnType::Type(_, ty) => borrow::find(ty).is_some(),
        ReturnType::Default => false,
    };
    let receiver = function.sig.receiver().is_some_and(|it| match &it.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => body::mentions(ty.to_token_stream(), "mut"),
        _ => false,
    });
    output || receiver || function.typed().any(|argument| is_exclusive(&argument.ty))
}

fn is_exclusive(ty: &Type) -> bool {
    matches!(borrow::peel(ty), Type::Reference(reference) if reference.mutability.is_some())
}

/// The name of the method, if only such a trait has one like it.
pub(crate) fn method(function: &Function) -> Option<&Ident> {
    let (sig, name) = (&function.sig, function.name());
    let output = &sig.output;
    let exclusive = sig
        .receiver()
        .is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))));
    let alone = exclusive && sig.inputs.len() == 1;
    let is_one = match name.to_string().as_str() {
        "drop" => alone && matches!(output, ReturnType::Default),
        "fmt" => sig.inputs.len() == 2 && function.typed().any(formats),
        "next" | "next_back" => alone && yields_item(output),
        _ => false,
    };
    let is_private = matches!(function.vis, Visibility::Inherited);
    (is_private && is_one && !function.is_declaration()).then_some(name)
}

/// Whether this is `f: &mut Formatter<'_>`.
fn formats(argument: &PatType) -> bool {
    let Type::Reference(reference) = borrow::peel(&argument.ty) else {
        return false;
    };
    let Type::Path(path) = borrow::peel(&reference.elem) else {
        return false;
    };
    let last = path.path.segments.last();
    reference.mutability.is_some() && last.is_some_and(|last| last.ident == "Formatter")
}

/// Whether this is `Option<Self::Item>`.
fn yields_item(output: &ReturnType) -> bool {
    let tokens = output.to_token_stream();
    body::mentions(tokens.clone(), "Item") && body::names_self_type(tokens)
}
