//! The grammar of the attributes on `main` and on tests: a time limit, and where the library is.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, Token};

use crate::diagnostics::{self, Errors};
use crate::parse::HAS_WATCH;
use crate::parse::crate_path::CratePath;
use crate::parse::options::OPTIONS;
use crate::parse::separators;
use crate::parse::time::nanoseconds;
use crate::parse::value::{self, skip, skip_value, stray, words};

/// The content of such an attribute.
pub(crate) struct EntryOptions {
    pub(crate) path: CratePath,
    /// The limit in nanoseconds, if it is valid.
    pub(crate) limit: Option<u64>,
    /// Where it was written, also if it is invalid.
    pub(crate) limit_key: Option<Ident>,
    pub(crate) errors: Errors,
}

/// The differences between the two attributes.
pub(crate) struct Names {
    /// The option with the limit.
    pub(crate) limit: &'static str,
    /// The message about options of `#[offload]`.
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
            let stray = |tokens: &TokenStream| diagnostics::entry_tokens(tokens, names.limit);
            separators::read(input, &[names.limit, "crate"], stray, &mut options.errors)?;
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
        let Some(key) = self.name(input, names, keys) else {
            return;
        };
        let is_limit = key == names.limit;
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
        } else if let Some(path) = value::crate_path(input, &mut self.errors) {
            self.path = path;
        }
        keys.push(key);
    }

    /// The name of an option. An unknown or repeated one is reported and its value skipped.
    fn name(&mut self, input: ParseStream<'_>, names: &Names, keys: &[Ident]) -> Option<Ident> {
        let Ok(key) = input.call(Ident::parse_any) else {
            self.errors
                .push(diagnostics::entry_tokens(&stray(input), names.limit));
            return None;
        };
        let error = if keys.contains(&key) {
            diagnostics::repeated_option(&key)
        } else if key == names.limit || key == "crate" {
            return Some(key);
        } else if OPTIONS.iter().any(|(name, ..)| key == name) {
            (names.foreign)(&key)
        } else {
            diagnostics::unknown_option(&key, &[names.limit, "crate"])
        };
        self.errors.push(error);
        skip_value(input);
        None
    }

    fn limit(&mut self, input: ParseStream<'_>, key: &Ident) {
        let value = words(input);
        let Some(text) = text(&value) else {
            self.errors.push(diagnostics::limit_not_text(&value, key));
            return;
        };
        match nanoseconds(&text) {
            None => self
                .errors
                .push(diagnostics::limit_unreadable(&value, &text, key)),
            Some(0) => self.errors.push(diagnostics::limit_zero(&value, key)),
            Some(_) if !HAS_WATCH => {
                self.errors.push(diagnostics::missing_watch(key));
            }
            limit => self.limit = limit,
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
