//! Turns the annotated tokens into the expansion.
//!
//! - One function (`each`): `function` is the item, `call` the call in it, `crossing` how each value is passed to the other thread.
//!   `remote_call` is for `remote`; `blocking` and `beside` are for a second version of the function. `shape` checks a returned `impl
//!   Fn`, `copied` what may be a cell; `lints` turns lints off.
//! - A function with a mistake: `fallback`, with the types of `mended`. `parts` tries again without parts that a `cfg` may remove.
//! - Blocks: `impl_block`, `trait_` (with `trait_checks`, and `associated` for constants and types), `owner`.
//! - The other two attributes: `main_fn`, `test_fn`.
//!
//! May import `diagnostics`, `model`, `parse` and `tokens`. Total: a `Model` that exists can be expanded, so there is no error
//! path.

mod associated;
pub(crate) mod beside;
pub(crate) mod blocking;
pub(crate) mod call;
mod copied;
pub(crate) mod crossing;
mod each;
pub(crate) mod fallback;
pub(crate) mod function;
pub(crate) mod impl_block;
mod lints;
pub(crate) mod main_fn;
mod mended;
pub(crate) mod owner;
mod parts;
pub(crate) mod remote_call;
mod shape;
pub(crate) mod test_fn;
pub(crate) mod trait_;
pub(crate) mod trait_checks;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics;
use crate::model::{output, scope::Scope};
use crate::parse::function::Function;
use crate::parse::item::{self, Item};
use crate::parse::{editor, hints, options};

/// Input: the arguments of the attribute, and the item under it. Output: the tokens that replace both.
pub(crate) fn run(options: TokenStream, item: TokenStream) -> TokenStream {
    let edited = editor::is_running().then(|| item.clone());
    let (item, mistakes) = item::parse_mended(item);
    if let Some(offloaded) = offloaded(&item) {
        return offloaded;
    }
    let mut options = options::parse(options, item.shown());
    options.refuse_skip();
    for mistake in mistakes {
        options.errors.push(mistake);
    }
    let hints = hints::hints(&options, edited);
    if item.is_of_trait() {
        options.refuse_remote();
    } else if options.key("owner").is_some() {
        // The two options exclude each other. That was reported once, and is not repeated for each method.
        (options.remote, options.asynchronous) = (None, None);
    }
    let expansion = match item {
        Item::Function(item) => each::expand(&options, &item, &Scope::Alone),
        Item::Block(block) if options.key("owner").is_some() => owner::expand(&options, *block),
        Item::Block(block) => impl_block::expand(&options, *block),
        Item::Trait(item) => trait_::expand(&options, *item),
        Item::Other(other) => {
            let (tokens, mut errors) = (&other.tokens, options.errors);
            errors.push(other.reason.error());
            quote!(#tokens #errors)
        }
    };
    quote!(#hints #expansion)
}

/// Output: a function that the attribute has expanded before, unchanged. If the attribute was imported under another name, the attribute
/// of a block cannot recognise the one of a method.
fn offloaded(item: &Item) -> Option<TokenStream> {
    let is_offloaded = |function: &&Function| output::is_offloaded(&function.sig.output);
    let (found, written) = match item {
        Item::Function(function) => (Some(&**function).filter(is_offloaded), function.written()),
        Item::Block(block) => (block.functions().find(is_offloaded), block.written()),
        Item::Trait(block) => (block.functions().find(is_offloaded), block.written()),
        Item::Other(_) => return None,
    };
    let mut errors = diagnostics::Errors::default();
    errors.push(diagnostics::offloaded_twice(found?.name()));
    Some(quote!(#written #errors))
}
