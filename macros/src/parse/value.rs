//! The values of options: where they end, and what can be told of them.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Path, Token, UnOp};

use crate::diagnostics::{self, Errors};
use crate::parse::crate_path::CratePath;

/// Reads to the comma that ends the option.
pub(crate) fn skip(input: ParseStream<'_>) -> TokenStream {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => skipped.extend([token]),
            Err(_) => break,
        }
    }
    skipped
}

/// The token where the name of an option should be. A comma stays in place there, because it ends the option.
pub(crate) fn stray(input: ParseStream<'_>) -> TokenStream {
    let mut stray = skip(input);
    if stray.is_empty() {
        stray.extend(input.fork().parse::<TokenTree>());
    }
    stray
}

/// The value of `crate`, if it is a path. A relative one is reported and still used.
pub(crate) fn crate_path(input: ParseStream<'_>, errors: &mut Errors) -> Option<CratePath> {
    let value = skip(input);
    let path = Path::parse_mod_style.parse2(value.clone()).ok();
    if !path.as_ref().is_some_and(is_absolute) {
        errors.push(diagnostics::relative_crate_path(&value));
    }
    path.as_ref().map(CratePath::custom)
}

/// Reads over `= value`, whose commas between angle brackets do not end the option.
pub(crate) fn skip_value(input: ParseStream<'_>) {
    if input.parse::<Option<Token![=]>>().is_err() || input.parse::<Expr>().is_err() {
        skip(input);
    }
}

pub(crate) fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) => true,
        Expr::Group(group) => is_literal(&group.expr),
        Expr::Paren(paren) => is_literal(&paren.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_literal(&unary.expr),
        _ => false,
    }
}

/// `::x`, `crate`, `crate::x`, or the `$crate` of a `macro_rules!`.
fn is_absolute(path: &Path) -> bool {
    let first = path
        .segments
        .first()
        .map(|segment| segment.ident.to_string());
    path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate"))
}

/// Whether a pool is named in a place that must be borrowed, not moved, to be handed on.
pub(crate) fn is_place(value: &Expr) -> bool {
    match value {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Group(group) => is_place(&group.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}
