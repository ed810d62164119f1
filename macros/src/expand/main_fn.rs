//! `#[main]`: a worker process turns off before the program begins.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Attribute;

use crate::diagnostics::{self, Errors};
use crate::parse::attribute;
use crate::parse::crate_path::{CratePath, here};
use crate::parse::function::Function;
use crate::parse::item::{self, Item, Reason};
use crate::parse::naming;
use crate::parse::options::{self, OPTIONS};

/// Input: what stands between the parentheses of the attribute, and the function under it.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut written = item.clone();
    let options = options::parse(options, naming::OF_FUNCTION);
    let mut errors = options.errors.clone();
    for (name, _) in OPTIONS {
        if let Some(key) = options.key(name).filter(|key| *key != "crate") {
            errors.push(diagnostics::main_option(key));
        }
    }
    match item::parse(item) {
        Item::Function(function) => {
            judge(&function, &mut errors);
            if errors.is_empty() {
                return expand(&function, &options.path);
            }
            if *function.name() == "main" {
                written = promised(&function);
            }
        }
        Item::Block(block) => errors.push(diagnostics::main_wrong_item(&block.head.impl_token)),
        Item::Trait(item) => errors.push(diagnostics::main_wrong_item(&item.head.trait_token)),
        Item::Other(other) => errors.push(match &other.reason {
            Reason::Kind(keyword, _) => diagnostics::main_wrong_item(keyword),
            unreadable @ Reason::Unreadable(_) => unreadable.error(),
        }),
    }
    quote!(#written #errors)
}

/// Output: `fn main() -> R { fn main(..) -> R { .. } loop {} }`, which the compiler has nothing to say about.
fn promised(function: &Function) -> TokenStream {
    let (vis, sig, written) = (&function.vis, &function.sig, function.written());
    let (word, name, output) = (&sig.fn_token, &sig.ident, &sig.output);
    quote! {
        #vis #word #name() #output {
            #[allow(unused)]
            #written
            loop {}
        }
    }
}

fn judge(function: &Function, errors: &mut Errors) {
    let sig = &function.sig;
    if *function.name() != "main" {
        errors.push(diagnostics::main_other_name(function.name()));
    }
    if !sig.inputs.is_empty() {
        errors.push(diagnostics::main_arguments(&sig.inputs));
    }
    if let Some(word) = sig.asyncness.filter(|_| !function.attrs.iter().any(runs)) {
        errors.push(diagnostics::main_asynchronous(word));
    }
}

/// Whether the attribute is that of a runtime, whatever its crate is called: `#[tokio::main]`.
fn runs(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    attr.path().segments.len() > 1 && last.is_some_and(|last| last.ident == "main")
}

/// Output: `fn main() -> R { fn main() -> R { .. } P::remote::init(); main() }`, with the attributes of a runtime on the
/// inner one, so that a worker process does not start it.
fn expand(function: &Function, path: &CratePath) -> TokenStream {
    let (outside, inside): (Vec<_>, Vec<_>) = function.attrs.iter().partition(|attr| {
        attribute::cfgs(std::slice::from_ref(attr)).next().is_some() || attr.path().is_ident("doc")
    });
    let (vis, sig, body) = (&function.vis, &function.sig, &function.body);
    let (name, word, output) = (function.name(), &sig.fn_token, &sig.output);
    let span = here(name.span());
    let path = path.at(span);
    quote_spanned! {span=>
        #(#outside)*
        #vis #word #name() #output {
            #(#inside)*
            #sig #body

            #path::remote::init();
            #name()
        }
    }
}
