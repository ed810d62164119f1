//! The grammar of `#[offload(..)]`: names and values, separated by commas. Gives what can be read, and every error.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Path, Token, UnOp};

use crate::crate_path::CratePath;
use crate::diagnostics::{self, Errors};

/// What the attribute says.
pub(crate) struct Options {
    /// Where the body runs: the value of `pool`.
    pub(crate) place: Option<Expr>,
    /// What the blocking version is called.
    pub(crate) blocking: Option<Ident>,
    pub(crate) path: CratePath,
    pub(crate) errors: Errors,
}

/// Every option, with a value that shows how it is written.
pub(crate) const OPTIONS: [(&str, &str); 3] = [
    ("pool", "IMAGES"),
    ("blocking", "load_blocking"),
    ("crate", "::tokio_offload"),
];

pub(crate) fn parse(tokens: TokenStream) -> Options {
    let mut options = Options {
        place: None,
        blocking: None,
        path: CratePath::default_path(),
        errors: Errors::default(),
    };
    let mut seen = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.option(input, &mut seen);
            if !input.is_empty() && !input.peek(Token![,]) {
                options.errors.push(diagnostics::stray_tokens(&skip(input)));
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        options.errors.push(error);
    }
    options
}

impl Options {
    fn option(&mut self, input: ParseStream<'_>, seen: &mut Vec<String>) {
        let Ok(key) = input.call(Ident::parse_any) else {
            let mut stray = skip(input);
            if stray.is_empty() {
                // A comma where a name should be: it stays in place and ends this option.
                stray.extend(input.fork().parse::<TokenTree>());
            }
            self.errors.push(diagnostics::stray_tokens(&stray));
            return;
        };
        let name = key.to_string();
        let Some((_, example)) = OPTIONS.iter().find(|(option, _)| *option == name) else {
            self.errors.push(diagnostics::unknown_option(&key));
            skip_value(input);
            return;
        };
        if seen.contains(&name) {
            self.errors.push(diagnostics::repeated_option(&key));
            skip_value(input);
            return;
        }
        seen.push(name.clone());
        let equals = input.parse::<Token![=]>();
        if equals.is_err() || input.is_empty() || input.peek(Token![,]) {
            self.errors
                .push(diagnostics::missing_value(&key, &name, example));
            skip(input);
            return;
        }
        match name.as_str() {
            "pool" => self.pool(input, example),
            "blocking" => self.blocking(input),
            _ => self.path(input),
        }
    }

    fn pool(&mut self, input: ParseStream<'_>, example: &str) {
        let ahead = input.fork();
        match ahead.parse::<Expr>() {
            Ok(value) => {
                skip_value(input);
                if is_literal(&value) {
                    self.errors.push(diagnostics::literal_pool(&value));
                } else {
                    self.place = Some(value);
                }
            }
            Err(_) => self
                .errors
                .push(diagnostics::missing_value(&skip(input), "pool", example)),
        }
    }

    fn blocking(&mut self, input: ParseStream<'_>) {
        let value = skip(input);
        match syn::parse2(value.clone()) {
            Ok(name) => self.blocking = Some(name),
            Err(_) => self.errors.push(diagnostics::blocking_not_a_name(&value)),
        }
    }

    fn path(&mut self, input: ParseStream<'_>) {
        let value = skip(input);
        let path = Path::parse_mod_style.parse2(value.clone());
        if let Ok(path) = &path {
            self.path = CratePath::custom(path);
        }
        if !path.is_ok_and(|path| is_absolute(&path)) {
            self.errors.push(diagnostics::relative_crate_path(&value));
        }
    }
}

/// Reads to the comma that ends the option.
fn skip(input: ParseStream<'_>) -> TokenStream {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => skipped.extend([token]),
            Err(_) => break,
        }
    }
    skipped
}

/// Reads over `= value`, whose commas between angle brackets do not end the option.
fn skip_value(input: ParseStream<'_>) {
    if input.parse::<Option<Token![=]>>().is_err() || input.parse::<Expr>().is_err() {
        skip(input);
    }
}

fn is_literal(value: &Expr) -> bool {
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
