//! The messages about the options of the attribute.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Error, Expr, LitStr, Path, Token, Visibility};

use crate::diagnostics::message;
use crate::tokens::wording::show;

pub(crate) fn unnamed_pool(value: &TokenStream) -> Error {
    message(
        value,
        format!(
            "`{}` is a value without the name of its option",
            show(value)
        ),
        format!("write `pool = {}`", show(value)),
    )
}

pub(crate) fn missing_equals(key: &Ident, value: &TokenStream) -> Error {
    message(
        key,
        format!("`{key}` and its value need a `=` between them"),
        format!("write `{key} = {}`", show(value)),
    )
}

/// The types of pools, which must be created once and not for each call.
pub(crate) const POOLS: [&str; 3] = ["Pool", "Workers", "Cluster"];

/// The methods that set limits of a pool. Another method may return something else, such as an `Arc` that is kept.
pub(crate) const LIMITS: [&str; 4] = ["threads", "processes", "queue_capacity", "keep_alive"];

/// The expression is evaluated by every call, but all calls should use one pool.
pub(crate) fn made_by_each_call(value: &Expr, ty: &Ident, option: &str) -> Error {
    message(
        value,
        "every call would make a pool of its own here",
        format!(
            "write `static IMAGES: {ty} = {};`, and `{option} = IMAGES`",
            show(value)
        ),
    )
}

pub(crate) fn repeated_option(key: &Ident) -> Error {
    message(
        key,
        format!("`{key}` is given twice"),
        format!("remove one of the two `{key}`"),
    )
}

pub(crate) fn missing_value(tokens: &dyn ToTokens, name: &str, example: &str) -> Error {
    message(
        tokens,
        format!("`{name}` needs a value"),
        format!("write `{name} = {example}`"),
    )
}

pub(crate) fn value_of_word(value: &TokenStream, key: &Ident) -> Error {
    message(
        value,
        format!("`{key}` takes no value"),
        format!("write `{key}` alone"),
    )
}

pub(crate) fn misplaced_skip(key: &Ident) -> Error {
    message(
        key,
        "`skip` is for a method of an `impl` block with `#[offload]` above it",
        "remove `#[offload(skip)]`",
    )
}

pub(crate) fn catch_is_remotes(catch: &Ident) -> Error {
    message(
        catch,
        "a function with `remote` has failures of its calls as errors anyway",
        "remove `catch`",
    )
}

/// `what` is the return type as written.
pub(crate) fn catch_output(tokens: &dyn ToTokens, what: &str) -> Error {
    message(
        tokens,
        "a call can fail, and this return type has no place for that",
        format!("return `Result<{what}, E>`, where `E` implements `From<tokio_offload::Error>`"),
    )
}

pub(crate) fn stray_tokens(tokens: &TokenStream) -> Error {
    let help =
        "write `name = value` and put a comma after it: `pool = IMAGES, blocking = load_blocking`";
    message(tokens, "this is not an option of `#[offload]`", help)
}

pub(crate) fn missing_comma(next: &Ident) -> Error {
    message(
        next,
        format!("there is no comma before `{next}`"),
        format!("write it: `, {next}`"),
    )
}

pub(crate) fn stray_comma(comma: &TokenStream) -> Error {
    message(
        comma,
        "there is no option before this comma",
        "remove this `,`",
    )
}

pub(crate) fn wrong_separator(sign: Token![;]) -> Error {
    message(sign, "commas separate options", "write `,` for this `;`")
}

pub(crate) fn exclusive_pool(word: Token![mut]) -> Error {
    message(
        word,
        "a pool is shared, not lent for writing",
        "remove `mut`",
    )
}

pub(crate) fn literal_pool(value: &Expr) -> Error {
    message(
        value,
        "a literal is not a pool",
        "write `pool = IMAGES`, where `IMAGES` is a `static` pool",
    )
}

pub(crate) fn literal_workers(value: &Expr) -> Error {
    message(
        value,
        "a literal is not a pool of worker processes",
        "write `remote = IMAGES`, where `IMAGES` is a `static` of type `Workers`",
    )
}

pub(crate) fn blocking_not_a_name(value: &TokenStream, example: &str) -> Error {
    let example = quoted_name(value, example).unwrap_or_else(|| example.to_owned());
    message(
        value,
        "`blocking` needs a plain name",
        format!("write `blocking = {example}`"),
    )
}

/// The name inside the quotes, if it is one and an ending where `example` is one.
pub(super) fn quoted_name(value: &TokenStream, example: &str) -> Option<String> {
    let text: LitStr = syn::parse2(value.clone()).ok()?;
    let name = text.parse::<Ident>().ok()?.to_string();
    Some(name).filter(|name| name.starts_with('_') || !example.starts_with('_'))
}

pub(crate) fn blocking_not_a_suffix(name: &Ident) -> Error {
    message(
        name,
        "the blocking methods of a block need an ending for their names",
        "write `blocking = _blocking`, which keeps `load` as `load_blocking`",
    )
}

pub(crate) fn owner_own_name(name: &Ident, vis: &Visibility) -> Error {
    let handle = "DbHandle".replacen("Db", &name.to_string(), 1);
    let mut written = show(vis);
    if !written.is_empty() {
        written.push(' ');
    }
    message(
        name,
        format!("`{name}` is the type of the value, and the handle needs a name of its own"),
        format!("write `owner = {written}{handle}`"),
    )
}

pub(crate) fn blocking_own_name(name: &Ident, kind: &str, example: &str) -> Error {
    message(
        name,
        format!("`{name}` is the name of the asynchronous {kind}"),
        format!("write `blocking = {example}`"),
    )
}

pub(crate) fn misplaced_blocking(key: &Ident) -> Error {
    message(
        key,
        "a trait has no place for the blocking version of a method",
        "remove `blocking`, or offload methods of the type's own: `impl Store { .. }`",
    )
}

pub(crate) fn owner_not_a_name(value: &TokenStream) -> Error {
    message(
        value,
        "`owner` needs a name for the handle",
        "write `owner = DbHandle`, or `owner = pub DbHandle` for others to use it",
    )
}

pub(crate) fn misplaced_owner(key: &Ident) -> Error {
    message(
        key,
        "`owner` is for a block with methods of a type's own",
        "remove `owner`, or write it on such a block: `#[offload(owner = DbHandle)] impl Db { .. }`",
    )
}

pub(crate) fn conflicting_options(key: &Ident, first: &Ident) -> Error {
    let either = |name: &str| key == name || first == name;
    let why = if either("skip") {
        "nothing of the method is offloaded"
    } else if either("blocking") && either("asynchronous") {
        "what is written keeps its name or gets another"
    } else if either("asynchronous") {
        "the handle is asynchronous anyway"
    } else if either("blocking") {
        "the block keeps its blocking methods"
    } else if either("owner") {
        "bodies run on the thread of the owner"
    } else {
        "a body runs in one place"
    };
    message(
        key,
        format!("`{key}` does not go with `{first}`: {why}"),
        format!("remove `{key}`, or remove `{first}`"),
    )
}

/// `path` is the value if it is a path, which may begin with the name of a crate.
pub(crate) fn relative_crate_path(value: &TokenStream, path: Option<&Path>) -> Error {
    let first = path.and_then(|path| path.segments.first());
    let is_name = first.is_some_and(|first| first.ident != "self" && first.ident != "super");
    let shown = match path.filter(|_| is_name) {
        Some(path) => show(path),
        None => "tokio_offload".to_owned(),
    };
    message(
        value,
        "`crate` needs an absolute path",
        format!("start it with `::` or `crate::`: `crate = ::{shown}`"),
    )
}
