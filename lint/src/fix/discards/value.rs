//! Where the value of an expression comes from.

use syn::{Block, Expr, Ident, Pat, Stmt, Type};

/// Methods of every future or value, so that a future has them, too. What they return is one, or is of no use without it.
const OF_FUTURES: &[&str] = &[
    "and_then",
    "boxed",
    "boxed_local",
    "catch_unwind",
    "err_into",
    "flatten",
    "flatten_stream",
    "fuse",
    "in_current_span",
    "inspect",
    "inspect_err",
    "inspect_ok",
    "instrument",
    "into",
    "into_future",
    "into_stream",
    "left_future",
    "map",
    "map_err",
    "map_into",
    "map_ok",
    "map_ok_or_else",
    "never_error",
    "now_or_never",
    "ok_into",
    "or_else",
    "pipe",
    "poll_unpin",
    "remote_handle",
    "right_future",
    "shared",
    "tap",
    "tap_err",
    "tap_ok",
    "then",
    "timeout",
    "timeout_at",
    "try_flatten",
    "try_into",
    "type_id",
    "unit_error",
    "unwrap_or_else",
    "with_current_subscriber",
    "with_subscriber",
];

pub(super) fn is_of_futures(method: &Ident) -> bool {
    OF_FUTURES.iter().any(|name| method == name)
}

/// Where a value is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// At the value itself.
    Outside,
    /// Its whole type is written down, with that of what is in it.
    Inside,
}

/// Where a value comes from.
pub(super) enum Origin<'a> {
    Call(&'a Ident),
    Variable(&'a Ident),
}

/// Where the value of `of` comes from.
pub(super) fn origins<'a>(of: &'a Expr, look: Look, found: &mut Vec<Origin<'a>>) {
    match of {
        Expr::Paren(it) => origins(&it.expr, look, found),
        Expr::Group(it) => origins(&it.expr, look, found),
        Expr::Block(it) => last(&it.block, look, found),
        Expr::Unsafe(it) => last(&it.block, look, found),
        Expr::If(it) => {
            last(&it.then_branch, look, found);
            if let Some((_, other)) = &it.else_branch {
                origins(other, look, found);
            }
        }
        Expr::Match(it) => it
            .arms
            .iter()
            .for_each(|arm| origins(&arm.body, look, found)),
        Expr::Reference(it) if look == Look::Inside => origins(&it.expr, look, found),
        Expr::MethodCall(it) => {
            found.push(Origin::Call(&it.method));
            if is_of_futures(&it.method) {
                origins(&it.receiver, look, found);
            }
        }
        Expr::Call(it) => match called(&it.func) {
            Some(name) if is_wrapper(name) && look == Look::Inside => {
                it.args.iter().for_each(|one| origins(one, look, found));
            }
            name => found.extend(name.map(Origin::Call)),
        },
        Expr::Path(it) => found.extend(it.path.get_ident().map(Origin::Variable)),
        _ => {}
    }
}

/// The same for the value of a block.
pub(super) fn last<'a>(block: &'a Block, look: Look, found: &mut Vec<Origin<'a>>) {
    if let Some(Stmt::Expr(value, None)) = block.stmts.last() {
        origins(value, look, found);
    }
}

fn is_wrapper(name: &Ident) -> bool {
    ["Ok", "Err", "Some"].iter().any(|one| name == one)
}

/// The name of the function that is called.
pub(super) fn called(function: &Expr) -> Option<&Ident> {
    let Expr::Path(function) = function else {
        return None;
    };
    let last = function.path.segments.last();
    last.map(|segment| &segment.ident)
}

/// Whether the pattern is none for a future.
pub(super) fn checks(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(_)
        | Pat::Range(_)
        | Pat::TupleStruct(_)
        | Pat::Struct(_)
        | Pat::Tuple(_)
        | Pat::Slice(_)
        | Pat::Path(_)
        | Pat::Reference(_) => true,
        Pat::Type(it) => !matches!(*it.ty, Type::Infer(_)),
        Pat::Ident(it) => it.ident.to_string().starts_with(char::is_uppercase),
        Pat::Or(it) => it.cases.iter().any(checks),
        Pat::Paren(it) => checks(&it.pat),
        Pat::Guard(it) => checks(&it.pat),
        _ => false,
    }
}
