//! The options that name additional items: `blocking`, `asynchronous` and `owner`.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Visibility};

use crate::diagnostics::{self, Errors};
use crate::parse::value::words;

/// The value of `owner`: the name of the handle, and its visibility.
#[derive(Clone)]
pub(crate) struct HandleName {
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
}

/// The value of `asynchronous`.
#[derive(Clone)]
pub(crate) enum Added {
    Called(Ident),
    /// The value is not a name, or not a name for this item: nothing is added.
    Misnamed,
}

/// Example names for the item, for help texts.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) blocking: &'static str,
    pub(crate) asynchronous: &'static str,
    /// Whether the item can have an owner.
    pub(crate) owned: bool,
}

pub(crate) const OF_FUNCTION: Shown = Shown {
    blocking: "load_blocking",
    asynchronous: "load_async",
    owned: false,
};

pub(crate) const OF_BLOCK: Shown = Shown {
    blocking: "_blocking",
    asynchronous: "_async",
    owned: true,
};

pub(crate) const OF_IMPLEMENTATION: Shown = Shown {
    owned: false,
    ..OF_BLOCK
};

pub(crate) const OF_TRAIT: Shown = Shown {
    blocking: "BlockingStore",
    asynchronous: "AsyncStore",
    owned: false,
};

impl Parse for HandleName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            vis: input.parse()?,
            name: input.parse()?,
        })
    }
}

pub(crate) fn blocking(
    input: ParseStream<'_>,
    example: &str,
    errors: &mut Errors,
) -> Option<Ident> {
    let value = words(input);
    let name = syn::parse2(value.clone());
    if name.is_err() {
        errors.push(diagnostics::blocking_not_a_name(&value, example));
    }
    name.ok().map(plain)
}

/// `r#load` as `load`, so that a name is compared and not its spelling.
fn plain(name: Ident) -> Ident {
    let unraw = name.unraw();
    let is_name = syn::parse2::<Ident>(unraw.to_token_stream()).is_ok();
    if is_name { unraw } else { name }
}

pub(crate) fn asynchronous(input: ParseStream<'_>, example: &str, errors: &mut Errors) -> Added {
    let value = words(input);
    let name = syn::parse2(value.clone());
    if name.is_err() {
        errors.push(diagnostics::asynchronous_not_a_name(&value, example));
    }
    name.map_or(Added::Misnamed, |name| Added::Called(plain(name)))
}

pub(crate) fn owner(input: ParseStream<'_>, errors: &mut Errors) -> Option<HandleName> {
    let value = words(input);
    let handle = HandleName::parse.parse2(value.clone());
    if handle.is_err() {
        errors.push(diagnostics::owner_not_a_name(&value));
    }
    handle.ok()
}
