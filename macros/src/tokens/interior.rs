//! Finds types with interior mutability, as far as syntax shows them. Changes would be made to a copy.

use syn::{GenericArgument, Path, PathArguments, Type, TypePath};

use crate::tokens::borrow;

/// A type of std that a body changes through a `&`, and that is `Clone`.
pub(crate) struct Interior<'a> {
    pub(crate) ty: &'a TypePath,
    /// The type inside it.
    pub(crate) content: &'a Type,
}

/// The first type in `ty` that surely is one: its path begins with its crate. It may be inside a type that is only called like one.
pub(crate) fn find(ty: &Type) -> Option<Interior<'_>> {
    all(ty).into_iter().find_map(|found| {
        if is_surely_known(&found.ty.path) {
            return Some(found);
        }
        find(found.content)
    })
}

/// The types that may be such ones or the user's own: only the compiler knows.
pub(crate) fn suspects(ty: &Type) -> impl Iterator<Item = &TypePath> {
    let found = all(ty).into_iter().map(|found| found.ty);
    found.filter(|ty| !is_surely_known(&ty.path))
}

/// Those with such a name. A type behind an `Arc` is shared by copies and does not count.
fn all(ty: &Type) -> Vec<Interior<'_>> {
    match ty {
        Type::Array(array) => all(&array.elem),
        Type::Slice(slice) => all(&slice.elem),
        Type::Group(group) => all(&group.elem),
        Type::Paren(paren) => all(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(all).collect(),
        Type::Path(path) if path.qself.is_none() => in_path(path),
        _ => Vec::new(),
    }
}

fn in_path(ty: &TypePath) -> Vec<Interior<'_>> {
    let Some(last) = ty.path.segments.last() else {
        return Vec::new();
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Vec::new();
    };
    let shares = ["Arc", "Weak", "Rc", "PhantomData"];
    if shares.iter().any(|name| last.ident == name) {
        return Vec::new();
    }
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let is_one = is_called_like_one(&ty.path) && arguments.args.len() == 1;
    match types.clone().next() {
        Some(content) if is_one => vec![Interior { ty, content }],
        _ => types.flat_map(all).collect(),
    }
}

/// The type to share instead of a guard: `Arc<Mutex<T>>`.
pub(crate) fn behind_guard(ty: &Type) -> Option<String> {
    let Type::Path(path) = borrow::peel(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let lock = match name.as_str() {
        "MutexGuard" | "Ref" | "RefMut" => "Mutex",
        "RwLockReadGuard" | "RwLockWriteGuard" => "RwLock",
        _ => return None,
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    let content = match (arguments.next()?, arguments.next()) {
        (GenericArgument::Lifetime(lifetime), Some(GenericArgument::Type(content)))
            if !borrow::is_static(Some(lifetime)) =>
        {
            content
        }
        // Without its lifetime, it may be another type.
        (GenericArgument::Type(content), None) if is_surely_known(&path.path) => content,
        _ => return None,
    };
    Some(format!("Arc<{lock}<{}>>", super::wording::show(content)))
}

/// Whether the path begins with a crate whose types are known, so that this is none of the user's with the same name.
fn is_surely_known(path: &Path) -> bool {
    let crates = ["std", "core", "once_cell", "parking_lot"];
    let first = path.segments.first().filter(|_| path.segments.len() > 1);
    first.is_some_and(|first| crates.iter().any(|name| first.ident == name)) || is_once_cell(path)
}

/// Whether this may be an `OnceCell` of another crate than std. Several have one, and the compiler is asked about std's alone.
fn is_once_cell(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let is_called = segments.next().is_some_and(|last| last.ident == "OnceCell");
    let module = segments.next();
    is_called && module.is_none_or(|module| module.ident == "sync" || module.ident == "unsync")
}

/// Whether this may be one of std's, or of the crate they come from: by its name, and by that of its module if that is written.
fn is_called_like_one(path: &Path) -> bool {
    let names = ["Cell", "RefCell", "OnceCell", "OnceLock"];
    let mut segments = path.segments.iter().rev();
    let is_called = segments
        .next()
        .is_some_and(|last| names.iter().any(|name| last.ident == name));
    let modules = ["cell", "sync", "unsync"];
    let there = segments
        .next()
        .is_none_or(|module| modules.iter().any(|name| module.ident == name));
    is_called && there
}

impl Interior<'_> {
    /// The type that shares the value instead of copying it.
    pub(crate) fn shared(&self) -> String {
        let content = borrow::peel(self.content);
        let shown = super::wording::show(content);
        let once = self
            .ty
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().starts_with("Once"));
        if once {
            format!("Arc<OnceLock<{shown}>>")
        } else {
            format!("Arc<Mutex<{shown}>>")
        }
    }
}
