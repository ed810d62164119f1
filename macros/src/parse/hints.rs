//! The code from which editors complete and explain names of options.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::parse::naming;
use crate::parse::options::{self, Options};

/// Has editors complete and explain the names of options: for them `option` is an import of that name from a module of all
/// options. Nothing for the compiler. Whatever has another length while a name is typed, such as the message about it, comes
/// later: editors look for the word at one place of both expansions. `item` is there if an editor asks.
pub(crate) fn hints(options: &Options, item: Option<TokenStream>) -> TokenStream {
    let Some(item) = item else {
        return TokenStream::new();
    };
    let path = options.path.at(Span::call_site());
    let mut names = shown(options);
    below(item, &mut names);
    let hints = names
        .into_iter()
        .map(|name| quote!(#path::option! { #name }));
    hints.collect()
}

/// The names in one attribute, and no name where another one can be typed: the editor puts a word there and asks about it.
fn shown(options: &Options) -> Vec<Option<Ident>> {
    // No import can have this name.
    let importable = options.names.iter().filter(|name| *name != "crate");
    let names = importable.cloned().map(Some);
    names.chain(options.is_open.then_some(None)).collect()
}

/// Those in the attributes on the methods of a block.
fn below(item: TokenStream, names: &mut Vec<Option<Ident>>) {
    let Some(TokenTree::Group(braces)) = item.into_iter().last() else {
        return;
    };
    let tokens: Vec<TokenTree> = braces.stream().into_iter().collect();
    for pair in tokens.windows(2) {
        let [TokenTree::Punct(hash), TokenTree::Group(attr)] = pair else {
            continue;
        };
        if hash.as_char() == '#' && attr.delimiter() == Delimiter::Bracket {
            names.extend(of_attribute(attr.stream()));
        }
    }
}

/// Those in `offload(..)` or `tokio_offload::offload(..)`.
fn of_attribute(attr: TokenStream) -> Vec<Option<Ident>> {
    let attr: Vec<TokenTree> = attr.into_iter().collect();
    match attr.as_slice() {
        [.., TokenTree::Ident(name), TokenTree::Group(written)] if name == "offload" => {
            shown(&options::parse(written.stream(), naming::OF_FUNCTION))
        }
        _ => Vec::new(),
    }
}
