//! Borrowed arguments that may be cells of std by their names: the compiler is asked whether they are.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, TypePath};

use crate::model::Model;
use crate::model::argument::{Argument, Passing};
use crate::parse::crate_path::here;
use crate::tokens::{body, interior};

/// Output: `let _ = |__offload_copied: P::Copied<Cell<u8>>| __offload_copied.by_the_call();`, which is an error if the name stands for a
/// cell of std: what the body writes would be lost with its copy.
pub(crate) fn asked(model: &Model<'_>) -> TokenStream {
    let asked = model.arguments.iter().flat_map(|argument| {
        let suspects = copied(argument).into_iter().flat_map(interior::suspects);
        suspects.filter_map(move |ty| ask(model, argument, ty))
    });
    asked.collect()
}

/// The type of which the call makes a copy.
fn copied(argument: &Argument) -> Option<&Type> {
    match &argument.passing {
        Passing::Own(ty) | Passing::OwnOption(ty) | Passing::OwnCow(ty) => Some(ty),
        Passing::AsRef { target, .. } => Some(target),
        // These make no copy.
        Passing::Stay(_) | Passing::Opaque | Passing::Into(_) | Passing::ToString => None,
    }
}

fn ask(model: &Model<'_>, argument: &Argument, ty: &TypePath) -> Option<TokenStream> {
    // What is inferred has no methods yet.
    if body::mentions(ty.to_token_stream(), "_") {
        return None;
    }
    let span = here(ty.span());
    let (path, cfgs) = (model.path.at(span), &argument.cfgs);
    let name = quote_spanned!(span=> __offload_copied);
    Some(quote_spanned! {span=>
        #(#cfgs)* let _ = |#name: #path::Copied<#ty>| #name.by_the_call();
    })
}
