//! The values of options: where they end, and what they look like.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprCall, Ident, Lit, Path, Stmt, Token, UnOp};

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

/// Reads the tokens of a value to its end, or to a name that follows another name or a literal without a comma.
pub(crate) fn words(input: ParseStream<'_>) -> TokenStream {
    let mut words = TokenStream::new();
    let mut named = false;
    while !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![;]) {
        let is_name = input.peek(Ident::peek_any);
        if is_name && named {
            break;
        }
        named = is_name && !input.peek(Token![pub]) || input.peek(Lit);
        match input.parse::<TokenTree>() {
            Ok(token) => words.extend([token]),
            Err(_) => break,
        }
    }
    words
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
    let value = words(input);
    let path = Path::parse_mod_style.parse2(value.clone()).ok();
    if !path.as_ref().is_some_and(is_absolute) {
        errors.push(diagnostics::relative_crate_path(&value, path.as_ref()));
    }
    path.as_ref().map(CratePath::custom)
}

/// Reads over `= value`, whose commas between angle brackets do not end the option.
pub(crate) fn skip_value(input: ParseStream<'_>) {
    if input.parse::<Option<Token![=]>>().is_err() || input.parse::<Expr>().is_err() {
        skip(input);
    }
}

/// The tokens in the position of an option's name, if they look like the value of `pool`: a path to a `static`, or a field. Otherwise only
/// the value after them is read.
pub(crate) fn unnamed(key: &Ident, input: ParseStream<'_>) -> Option<TokenStream> {
    if input.peek(Token![=]) {
        skip_value(input);
        return None;
    }
    let is_value = leads_on(input) || key.to_string().starts_with(char::is_uppercase);
    let rest = skip(input);
    is_value.then(|| quote!(#key #rest))
}

/// Whether the name that was read is the beginning of an expression.
pub(crate) fn leads_on(input: ParseStream<'_>) -> bool {
    input.peek(Token![.]) || input.peek(Token![::])
}

/// Reads the `=` behind the name of an option, and no other operator that begins with one.
pub(crate) fn equals(input: ParseStream<'_>) -> bool {
    let other = input.peek(Token![==]) || input.peek(Token![=>]);
    !other && input.parse::<Token![=]>().is_ok()
}

/// The value that was written as `name: value`, `name == value`, `name => value`, `name(value)` or `name value`, unless that is
/// the name of the next option.
pub(crate) fn without_equals(written: &TokenStream, names: &[&str]) -> Option<TokenStream> {
    let path = Path::parse_mod_style.parse2(written.clone());
    if path.is_ok_and(|path| !names.iter().any(|name| path.is_ident(name))) {
        return Some(written.clone());
    }
    let mut tokens = written.clone().into_iter();
    let value = match tokens.next()? {
        TokenTree::Punct(punct) if punct.as_char() == ':' => tokens.collect(),
        TokenTree::Punct(punct) if punct.as_char() == '=' => tokens.skip(1).collect(),
        TokenTree::Group(group) => group.stream(),
        _ => return None,
    };
    Some(value).filter(|value| !value.is_empty())
}

/// The value of the option `name`, if it can be a pool.
pub(crate) fn pool(value: Expr, name: &str, errors: &mut Errors) -> Option<Expr> {
    let error = match (made(&value), name) {
        (Some((made, ty)), _) => diagnostics::made_by_each_call(made, ty, name),
        (None, _) if !is_literal(&value) => return Some(shared(value, errors)),
        (None, "remote") => diagnostics::literal_workers(&value),
        (None, _) => diagnostics::literal_pool(&value),
    };
    errors.push(error);
    None
}

/// Whether this is written like the name of a `static`: `IMAGES`, `pools::IMAGES`.
pub(crate) fn is_static(value: &Expr) -> bool {
    let path = match value {
        Expr::Group(group) => return is_static(&group.expr),
        Expr::Path(path) if path.qself.is_none() => &path.path,
        _ => return false,
    };
    let is_upper = |name: &Ident| {
        let name = name.to_string();
        name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
    };
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    let is_named = names.next().is_some_and(is_upper);
    // A constant of a type has the name of the type in front.
    is_named && names.all(|name| !name.to_string().starts_with(char::is_uppercase))
}

/// The part of the expression that creates a pool, with the type of that: `Workers::new("images").processes(4)`, also in an `Arc`.
fn made(value: &Expr) -> Option<(&Expr, &Ident)> {
    match value {
        Expr::MethodCall(call) if diagnostics::LIMITS.iter().any(|limit| call.method == limit) => {
            made(&call.receiver).map(|(_, ty)| (value, ty))
        }
        Expr::Group(group) => made(&group.expr),
        Expr::Paren(paren) => made(&paren.expr),
        Expr::Reference(lent) => made(&lent.expr),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(value, None)] => made(value),
            _ => None,
        },
        Expr::Call(call) => made_by(call).map(|ty| (value, ty)).or_else(|| {
            let is_shared = function(call).is_some_and(|(ty, _)| ty == "Arc" || ty == "Box");
            made(call.args.first().filter(|_| is_shared)?)
        }),
        _ => None,
    }
}

/// The type of the pool that a call of its constructor creates.
fn made_by(call: &ExprCall) -> Option<&Ident> {
    let (ty, name) = function(call)?;
    let makes = name == "new" || name == "shared";
    (makes && diagnostics::POOLS.iter().any(|pool| ty == pool)).then_some(ty)
}

/// The type and the name of the associated function that is called.
fn function(call: &ExprCall) -> Option<(&Ident, &Ident)> {
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let mut names = path.path.segments.iter().rev().map(|part| &part.ident);
    let (name, ty) = (names.next()?, names.next()?);
    Some((ty, name))
}

/// The value without a `mut` behind its `&`, which is reported.
fn shared(mut value: Expr, errors: &mut Errors) -> Expr {
    let lent = match &mut value {
        Expr::Group(group) => &mut *group.expr,
        lent => lent,
    };
    if let Expr::Reference(lent) = lent {
        if let Some(word) = lent.mutability.take() {
            errors.push(diagnostics::exclusive_pool(word));
        }
    }
    value
}

/// Whether it is a literal, also as `"images".into()`: what that becomes, nothing says.
fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) => true,
        Expr::Reference(lent) => is_literal(&lent.expr),
        Expr::MethodCall(call) => {
            let converts = ["into", "parse", "to_owned", "to_string"];
            let converts = converts.iter().any(|name| call.method == name);
            converts && is_literal(&call.receiver)
        }
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

/// Whether the expression is a place, such as a field, that must be borrowed and not moved.
pub(crate) fn is_place(value: &Expr) -> bool {
    match value {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Group(group) => is_place(&group.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}
