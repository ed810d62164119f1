//! Finds unsized values. What a bare name such as `Path` means, only rustc knows.

use syn::{GenericArgument, Path, PathArguments, Type};

use crate::tokens::borrow;

/// The unsized types in positions where a sized type is needed.
pub(crate) fn all(ty: &Type) -> Vec<Type> {
    let mut found = Vec::new();
    each(&mut ty.clone(), &mut |part| found.push(part.clone()));
    found
}

/// Gives each of them to `change`.
pub(crate) fn each(ty: &mut Type, change: &mut dyn FnMut(&mut Type)) {
    in_type(ty, false, change);
}

/// `pointed`: the type is behind a pointer, where it may be unsized.
fn in_type(ty: &mut Type, pointed: bool, change: &mut dyn FnMut(&mut Type)) {
    if !pointed && is_unsized(ty) {
        return change(ty);
    }
    match ty {
        Type::Group(group) => in_type(&mut group.elem, pointed, change),
        Type::Paren(paren) => in_type(&mut paren.elem, pointed, change),
        Type::Reference(reference) => in_type(&mut reference.elem, true, change),
        Type::Slice(slice) => in_type(&mut slice.elem, false, change),
        Type::Array(array) => in_type(&mut array.elem, false, change),
        Type::Tuple(tuple) => {
            for ty in &mut tuple.elems {
                in_type(ty, false, change);
            }
        }
        Type::Path(path) if path.qself.is_none() => in_path(&mut path.path, change),
        _ => {}
    }
}

/// Searches the arguments of well-known types of std. Other types may have unsized arguments.
fn in_path(path: &mut Path, change: &mut dyn FnMut(&mut Type)) {
    let bare = path.segments.len() == 1;
    let of_std = path.segments.first().is_some_and(|first| {
        ["std", "core", "alloc"]
            .iter()
            .any(|name| first.ident == name)
    });
    let Some(last) = path.segments.last_mut().filter(|_| bare || of_std) else {
        return;
    };
    let pointed = match &*last.ident.to_string() {
        "Option" | "Result" | "Vec" => false,
        "Arc" | "Box" | "Cow" | "Rc" => true,
        _ => return,
    };
    if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                in_type(ty, pointed, change);
            }
        }
    }
}

fn is_unsized(ty: &Type) -> bool {
    match borrow::peel(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.qself.is_none() && is_name_of_std(&path.path),
        _ => false,
    }
}

/// `str`, `OsStr`, `CStr`, and types with their whole path: a program may have a `Path` of its own.
fn is_name_of_std(path: &Path) -> bool {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    matches!(
        *names,
        ["str" | "OsStr" | "CStr"]
            | ["std", "path", "Path"]
            | ["std", "ffi", "OsStr" | "CStr"]
            | ["core", "ffi", "CStr"]
    )
}
