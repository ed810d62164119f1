//! The grammar of the attributes on `main` and on tests: a time limit, and where the library is.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, Path, Token};

use crate::diagnostics::{self, Errors};
use crate::parse::crate_path::CratePath;
use crate::parse::options::OPTIONS;
use crate::parse::time::nanoseconds;
use crate::parse::value::{is_absolute, skip, skip_value};

/// What such an attribute says.
pub(crate) struct EntryOptions {
    pub(crate) path: CratePath,
    /// The limit, in nanoseconds, if it was one.
    pub(crate) limit: Option<u64>,
    /// Where it was written, good or bad.
    pub(crate) limit_key: Option<Ident>,
    pub(crate) errors: Errors,
}

/// What is different about the two attributes.
pub(crate) struct Names {
    /// The option with the limit.
    pub(crate) limit: &'static str,
    /// What is said of the options of `#[offload]`.
    pub(crate) foreign: fn(&Ident) -> syn::Error,
}

pub(crate) fn parse(tokens: TokenStream, names: &Names) -> EntryOptions {
    let mut options = EntryOptions {
        path: CratePath::default_path(),
        limit: None,
        limit_key: None,
        errors: Errors::default(),
    };
    let mut keys = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.option(input, names, &mut keys);
            if !input.is_empty() && !input.peek(Token![,]) {
                options
                    .errors
                    .push(diagnostics::entry_tokens(&skip(input), names.limit));
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

impl EntryOptions {
    fn option(&mut self, input: ParseStream<'_>, names: &Names, keys: &mut Vec<Ident>) {
        let Ok(key) = input.call(Ident::parse_any) else {
            let mut stray = skip(input);
            if stray.is_empty() {
                // A comma where a name should be: it stays in place and ends this option.
                stray.extend(input.fork().parse::<proc_macro2::TokenTree>());
            }
            self.errors
                .push(diagnostics::entry_tokens(&stray, names.limit));
            return;
        };
        let is_limit = key == names.limit;
        if !is_limit && key != "crate" {
            let is_foreign = OPTIONS.iter().any(|(name, _)| key == name);
            self.errors.push(if is_foreign {
                (names.foreign)(&key)
            } else {
                diagnostics::unknown_option(&key, &[names.limit, "crate"])
            });
            skip_value(input);
            return;
        }
        if keys.contains(&key) {
            self.errors.push(diagnostics::repeated_option(&key));
            skip_value(input);
            return;
        }
        let example = if is_limit {
            "\"100ms\""
        } else {
            "::tokio_offload"
        };
        let equals = input.parse::<Token![=]>();
        if is_limit {
            self.limit_key = Some(key.clone());
        }
        if equals.is_err() || input.is_empty() || input.peek(Token![,]) {
            let name = key.to_string();
            self.errors
                .push(diagnostics::missing_value(&key, &name, example));
            skip(input);
        } else if is_limit {
            self.limit(input, &key);
        } else {
            self.path(input);
        }
        keys.push(key);
    }

    fn limit(&mut self, input: ParseStream<'_>, key: &Ident) {
        let value = skip(input);
        let Some(text) = text(&value) else {
            self.errors.push(diagnostics::limit_not_text(&value, key));
            return;
        };
        match nanoseconds(&text) {
            None => self
                .errors
                .push(diagnostics::limit_unreadable(&value, &text, key)),
            Some(0) => self.errors.push(diagnostics::limit_zero(&value, key)),
            Some(_) if !crate::HAS_WATCH => {
                self.errors.push(diagnostics::missing_watch(key));
            }
            limit => self.limit = limit,
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

/// The text of a literal, through the groups that `macro_rules!` makes.
fn text(value: &TokenStream) -> Option<String> {
    fn of(value: &Expr) -> Option<String> {
        match value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            Expr::Group(group) => of(&group.expr),
            Expr::Paren(paren) => of(&paren.expr),
            _ => None,
        }
    }
    of(&syn::parse2(value.clone()).ok()?)
}
