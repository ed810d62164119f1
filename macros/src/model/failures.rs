//! Where failures of a call go: the return types of `catch` and `remote`, as far as their syntax shows.

use syn::{GenericArgument, Path, PathArguments, ReturnType, Type};

use crate::diagnostics::{self, Errors};
use crate::parse::function::Function;
use crate::tokens::{borrow, wording};

/// Whether failures of the call become errors of the function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catches {
    Never,
    Always,
    /// If the return type is a `Result`, which the compiler knows.
    IfResult,
}

/// Types of std that methods return, and which nobody calls an alias of `Result`: their calls stay short.
const NO_RESULT: [&str; 32] = [
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "Cow",
    "Duration",
    "HashMap",
    "HashSet",
    "Instant",
    "Option",
    "OsString",
    "PathBuf",
    "Self",
    "String",
    "SystemTime",
    "Vec",
];

/// Refuses error types that cannot be made from a failure of a call: types of std for which nobody can implement `From`.
pub(crate) fn check_error(output: &ReturnType, errors: &mut Errors) {
    if let Some(error) = error(output).filter(|error| is_foreign(error)) {
        errors.push(diagnostics::foreign_error(error));
    }
}

/// Refuses error types that are known not to be serializable.
pub(crate) fn check_crossing(output: &ReturnType, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    // An alias such as `io::Result<T>`, or the error of a `Result<T, io::Error>`.
    let alias = library(borrow::peel(ty), "Result").map(|library| (borrow::peel(ty), library));
    let error = || error(output).and_then(|error| Some((error, stays(error)?)));
    if let Some((ty, library)) = alias.or_else(error) {
        let value = first_argument(output).map_or_else(|| "T".to_owned(), wording::show);
        errors.push(diagnostics::remote_error(ty, library, &value));
    }
}

/// Refuses return types that cannot hold a caught failure.
pub(crate) fn check_catch(function: &Function, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = &function.sig.output else {
        errors.push(diagnostics::catch_output(function.name(), "()"));
        return;
    };
    match borrow::peel(ty) {
        // A `Result` or an alias of one, and types that may borrow, which have their own check.
        Type::Path(_) | Type::Macro(_) | Type::Verbatim(_) | Type::Reference(_) => {}
        Type::Never(_) => errors.push(diagnostics::catch_output(ty, "()")),
        other => {
            let shown = wording::show(other);
            errors.push(diagnostics::catch_output(ty, &shown));
        }
    }
}

/// Whether a method of a block with `catch` has its failures caught. Any name but that of a known type may be an alias of a `Result`.
pub(crate) fn on_block(output: &ReturnType) -> Catches {
    let ReturnType::Type(_, ty) = output else {
        return Catches::Never;
    };
    let last = match borrow::peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        Type::Macro(_) => return Catches::IfResult,
        _ => None,
    };
    match last {
        Some(last) if last.ident == "Result" => Catches::Always,
        Some(last) if !NO_RESULT.iter().any(|name| last.ident == name) => Catches::IfResult,
        _ => Catches::Never,
    }
}

/// The error of a `Result<T, E>`.
pub(crate) fn error(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return None;
    };
    let arguments = borrow::arguments_of(&path.path, "Result")?;
    match arguments.args.iter().nth(1)? {
        GenericArgument::Type(error) => Some(borrow::peel(error)),
        _ => None,
    }
}

/// The value of a `Result<T, E>` or an `io::Result<T>`.
fn first_argument(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return None;
    };
    match borrow::arguments_of(&path.path, "Result")?.args.first()? {
        GenericArgument::Type(value) => Some(value),
        _ => None,
    }
}

fn is_foreign(error: &Type) -> bool {
    let foreign = [
        "bool", "char", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize",
    ];
    match error {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Reference(reference) => {
            matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str"))
        }
        Type::Path(path) => {
            foreign.iter().any(|name| path.path.is_ident(name)) || is_of_std(&path.path)
        }
        _ => false,
    }
}

/// Whether the path begins in std and ends in none of the types there that are `From<tokio_offload::Error>`.
fn is_of_std(path: &Path) -> bool {
    let taught = ["io::Error", "string::String", "boxed::Box"];
    let names: Vec<_> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    match names.as_slice() {
        [root, rest @ ..] if root == "std" || root == "core" => {
            !taught.contains(&rest.join("::").as_str())
        }
        _ => false,
    }
}

/// The library of an error type that cannot be serialized.
fn stays(error: &Type) -> Option<&'static str> {
    let Type::Path(path) = error else {
        return None;
    };
    match borrow::arguments_of(&path.path, "Box").map(|list| list.args.first()) {
        Some(Some(GenericArgument::Type(inner))) => {
            matches!(borrow::peel(inner), Type::TraitObject(_)).then_some("Box")
        }
        _ => library(error, "Error").or_else(|| library(error, "Report")),
    }
}

/// The module of a type with this name, if a known library has one that cannot be serialized.
fn library(ty: &Type, name: &str) -> Option<&'static str> {
    let Type::Path(path) = ty else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let (last, module) = (segments.next()?, segments.next()?);
    let known = ["io", "anyhow", "eyre", "color_eyre"];
    let known = known.into_iter().find(|known| module.ident == known)?;
    // Another path may lead to a module of the program.
    let root = segments.next();
    if root.is_some_and(|root| root.ident != "std") {
        return None;
    }
    // With two arguments the error type is written.
    let alone = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.len() < 2,
        _ => true,
    };
    (last.ident == name && alone).then_some(known)
}
