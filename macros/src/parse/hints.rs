//! The code from which editors complete and explain names of options.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::parse::naming;
use crate::parse::options::{self, Options};

/// Lets editors complete and explain names of options: for editors, an option is an import of that name from a module of all options. The
/// compiler gets nothing. These tokens come first: while a name is typed, editors compare two expansions at one position, so tokens of
/// varying length, such as error messages, must follow. `item` is given if an editor runs the attribute.
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

/// The names in one attribute, and an empty one where another name can be typed: the editor inserts a word there.
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
