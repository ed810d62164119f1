//! `#[main]`: a worker process never runs the user's `main`, and other processes may watch for functions that block.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Attribute;

use crate::diagnostics::{self, Errors};
use crate::parse::crate_path::here;
use crate::parse::entry::{self, EntryOptions, Names};
use crate::parse::function::Function;
use crate::parse::item::{self, Item, Reason};
use crate::parse::{self, attribute};

const NAMES: Names = Names {
    limit: "watch",
    foreign: diagnostics::main_option,
};

/// Input: the arguments of the attribute, and the function under it.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut written = item.clone();
    let options = entry::parse(options, &NAMES);
    let mut errors = options.errors.clone();
    match item::parse(item) {
        Item::Function(function) => {
            check(&function, &options, &mut errors);
            if errors.is_empty() {
                return expand(&function, &options);
            }
            if *function.name() == "main" {
                // Without a limit, it is the runtime's attribute that says that `async` is missing.
                let silent = options.limit_key.is_some();
                let left = silent.then(|| silenced((*function).clone(), "main"));
                written = promised(left.as_ref().unwrap_or(&function));
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

/// Output: `fn main() -> R { fn main(..) -> R { .. } loop {} }`, which causes no further errors.
pub(super) fn promised(function: &Function) -> TokenStream {
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

fn check(function: &Function, options: &EntryOptions, errors: &mut Errors) {
    let sig = &function.sig;
    if *function.name() != "main" {
        errors.push(diagnostics::main_other_name(function.name()));
    }
    if !sig.inputs.is_empty() {
        errors.push(diagnostics::main_arguments(&sig.inputs));
    }
    match (sig.asyncness, &options.limit_key) {
        (Some(word), _) if runtime(function, "main").is_none() => {
            errors.push(diagnostics::main_asynchronous(word));
        }
        (None, Some(key)) => errors.push(match runtime(function, "main") {
            Some(attr) => diagnostics::blocking_under_runtime(sig.fn_token, attr),
            None => diagnostics::main_without_runtime(key),
        }),
        _ => {}
    }
}

/// The attribute of a runtime, whatever its crate is called: `#[tokio::main]`.
pub(super) fn runtime<'a>(function: &'a Function, name: &str) -> Option<&'a Attribute> {
    function.attrs.iter().find(|attr| runs(attr, name))
}

fn runs(attr: &Attribute, name: &str) -> bool {
    let last = attr.path().segments.last();
    attr.path().segments.len() > 1 && last.is_some_and(|last| last.ident == name)
}

/// A refused function without the attribute of the runtime, if that would report once more that it is not `async`.
pub(super) fn silenced(mut function: Function, name: &str) -> Function {
    if function.sig.asyncness.is_none() {
        function.attrs.retain(|attr| !runs(attr, name));
    }
    function
}

/// Output: `fn main() -> R { fn main() -> R { .. } P::remote::init(); main() }`, with the attributes of a runtime on the
/// inner one, so that a worker process does not start it. With a limit the inner body is
/// `{ let __offload_watched = P::watch::main(..); { .. } }`.
fn expand(function: &Function, options: &EntryOptions) -> TokenStream {
    let (outside, inside): (Vec<_>, Vec<_>) = function.attrs.iter().partition(|attr| {
        attribute::cfgs(std::slice::from_ref(attr)).next().is_some() || attr.path().is_ident("doc")
    });
    let (vis, sig, body) = (&function.vis, &function.sig, &function.body);
    let (name, word, output) = (function.name(), &sig.fn_token, &sig.output);
    let span = here(name.span());
    let path = options.path.at(span);
    let watch = options
        .limit
        .map(|limit| quote_spanned!(span=> let __offload_watched = #path::watch::main(#limit);));
    let body = watch.map_or_else(
        || quote!(#body),
        |watch| quote_spanned!(span=> { #watch #body }),
    );
    let init = parse::HAS_REMOTE.then(|| quote_spanned!(span=> #path::remote::init();));
    quote_spanned! {span=>
        #(#outside)*
        #vis #word #name() #output {
            #(#inside)*
            #sig #body

            #init
            #name()
        }
    }
}
