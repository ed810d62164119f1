//! The options of a block and those of its methods: what a method inherits, and what is passed to it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

use crate::parse::naming::Added;
use crate::parse::options::{Catch, Options};

impl Options {
    /// The options as they would be written on a method itself. If the block has `catch`, `applies` says whether it applies to the method,
    /// which then gets `catch if`.
    pub(crate) fn written(&self, applies: bool) -> TokenStream {
        // Every field is named, so that a new option cannot be forgotten here.
        let Self {
            place,
            remote,
            blocking,
            asynchronous,
            owner: _,
            catch,
            path,
            keys: _,
            names: _,
            is_open: _,
            errors: _,
        } = self;
        let catch = match catch {
            Some(Catch::Here) => Some(quote!(catch)),
            Some(Catch::OnBlock) if applies && remote.is_none() => Some(quote!(catch if)),
            _ => None,
        };
        let place = place.iter().map(|place| quote!(pool = #place));
        let remote = remote.iter().map(|pool| quote!(remote = #pool));
        let blocking = blocking.iter().map(|name| quote!(blocking = #name));
        let asynchronous = asynchronous.iter().filter_map(|added| match added {
            Added::Called(name) => Some(quote!(asynchronous = #name)),
            Added::Misnamed => None,
        });
        let path = path.given().map(|path| quote!(crate = #path));
        let names = blocking.chain(asynchronous);
        let all = place.chain(remote).chain(names).chain(catch).chain(path);
        quote!(#(#all),*)
    }

    /// The options of a method in a block; those of the block where the method has none.
    pub(crate) fn or(self, block: &Self) -> Self {
        let says_where = self.key("pool").or(self.key("remote")).is_some();
        let inherited = |value: &Option<Expr>| value.clone().filter(|_| !says_where);
        Self {
            place: self.place.or_else(|| inherited(&block.place)),
            remote: self.remote.or_else(|| inherited(&block.remote)),
            blocking: self.blocking,
            asynchronous: self.asynchronous,
            owner: None,
            catch: self.catch.or(block.catch.map(|_| Catch::OnBlock)),
            path: self.path.or(&block.path),
            keys: self.keys,
            names: self.names,
            is_open: self.is_open,
            errors: self.errors,
        }
    }
}
