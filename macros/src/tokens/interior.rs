//! Finds types with interior mutability, as far as syntax shows them. Changes would be made to a copy.

use syn::{GenericArgument, Path, PathArguments, Type, TypePath};

use crate::tokens::borrow;

/// A type of std that a body changes through a `&`, and that is `Clone`.
pub(crate) struct Interior<'a> {
    pub(crate) ty: &'a TypePath,
    /// The type inside it.
    pub(crate) content: &'a Type,
}

/// The first such type in `ty`. A type behind an `Arc` is shared by copies and does not count.
pub(crate) fn find(ty: &Type) -> Option<Interior<'_>> {
    match ty {
        Type::Array(array) => find(&array.elem),
        Type::Slice(slice) => find(&slice.elem),
        Type::Group(group) => find(&group.elem),
        Type::Paren(paren) => find(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(find),
        Type::Path(path) if path.qself.is_none() => in_path(path),
        _ => None,
    }
}

fn in_path(ty: &TypePath) -> Option<Interior<'_>> {
    let last = ty.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let shares = ["Arc", "Weak", "Rc", "PhantomData"];
    if shares.iter().any(|name| last.ident == name) {
        return None;
    }
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    if !is_of_std(&ty.path) || arguments.args.len() != 1 {
        return types.find_map(find);
    }
    let content = types.next()?;
    Some(Interior { ty, content })
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
        // Without its lifetime, a `Ref` may be another type.
        (GenericArgument::Type(content), None)
            if name.ends_with("Guard") || is_in(&path.path, "cell") =>
        {
            content
        }
        _ => return None,
    };
    Some(format!("Arc<{lock}<{}>>", super::wording::show(content)))
}

/// Whether the path names something in a module of this name.
fn is_in(path: &Path, module: &str) -> bool {
    let mut modules = path.segments.iter().rev().skip(1);
    modules.next().is_some_and(|last| last.ident == module)
}

/// Whether this is one of std's, or of the crate they come from, and not a type of the user's with the same name.
fn is_of_std(path: &Path) -> bool {
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
