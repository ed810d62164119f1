//! `Model` to tokens: the call in the body of the asynchronous function, with its place and its site.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::expand::crossing::Crossing;
use crate::model::{Model, failures::Catches};
use crate::parse::crate_path::here;
use crate::parse::value;
use crate::tokens::body;

/// The call, and the code around it.
pub(crate) fn call(
    model: &Model<'_>,
    crossings: &[Crossing],
    place: &TokenStream,
    closure: &TokenStream,
) -> TokenStream {
    let call = plain(model, crossings, place, closure);
    awaited(model, caught(model, call))
}

/// Output: `P::call2::<_, usize, R>(SITE, P::On::Default, P::own::<Path>(path), P::stay(n), |path, mut n| -> R { .. })`
fn plain(
    model: &Model<'_>,
    crossings: &[Crossing],
    place: &TokenStream,
    closure: &TokenStream,
) -> TokenStream {
    // rustc reports there what `Self` lacks as a return type.
    let returns_self = body::names_self_type(model.output.passed.clone());
    let name = model.function.at;
    let span = here(if returns_self {
        model.output.span
    } else {
        name
    });
    let path = model.path.at(span);
    let call = format_ident!("call{}", crossings.len(), span = span);
    let types = crossings.iter().map(|crossing| &crossing.ty);
    let values = crossings.iter().map(|crossing| &crossing.value);
    let (site, passed) = (site(model), &model.output.passed);
    quote_spanned!(span=> #path::#call::<#(#types,)* #passed>(#site, #place, #(#values,)* #closure))
}

/// Output: `P::catch::<R>(P::call2::<..>(..))` with the option `catch`, and `P::may_fail::<R>(P::call2::<..>(..)).caught()` where the
/// return type may be an alias of a `Result`.
fn caught(model: &Model<'_>, call: TokenStream) -> TokenStream {
    let span = here(model.output.span);
    let (path, passed) = (model.path.at(span), &model.output.passed);
    match model.catches {
        Catches::Never => call,
        Catches::Always => quote_spanned!(span=> #path::catch::<#passed>(#call)),
        Catches::IfResult => quote_spanned!(span=> #path::may_fail::<#passed>(#call).caught()),
    }
}

/// Output: `let __offload_call = P::call2::<..>(..); __offload_call.await`, so that no temporary but the call lives until its end.
fn awaited(model: &Model<'_>, call: TokenStream) -> TokenStream {
    if !model.awaits {
        return call;
    }
    let span = here(model.output.span);
    let name = model.function.fresh("__offload_call", span);
    quote_spanned!(span=> let #name = #call; #name.await)
}

/// Output: `|| { static SITE: P::Site = P::Site::new("head", ..); &SITE }`, a closure because that takes no room in a call
pub(crate) fn site(model: &Model<'_>) -> TokenStream {
    let name = model.function.name();
    let span = here(model.function.at);
    let path = model.path.at(span);
    let text = name.unraw().to_string();
    quote_spanned! {span=>
        || {
            static SITE: #path::Site =
                #path::Site::new(#text, ::core::module_path!(), ::core::file!(), ::core::line!());
            &SITE
        }
    }
}

/// Where the call is to run.
pub(crate) fn place(model: &Model<'_>) -> TokenStream {
    let span = here(model.function.at);
    let path = model.path.at(span);
    if model.builds.is_some() {
        return quote_spanned!(span=> #path::new_owner());
    }
    if let Some(own) = model.receiver.as_ref().filter(|own| own.is_lent()) {
        let word = own.word;
        return quote_spanned!(span=> #path::on_owner(&#word.owner));
    }
    let Some(value) = model.place else {
        return quote_spanned!(span=> #path::On::Default);
    };
    let span = here(value.span());
    let path = model.path.at(span);
    let borrow = value::is_place(value).then(|| quote_spanned!(value.span()=> &));
    if value::is_static(value) && !names_argument(model, value) {
        // A `const` would be another pool at each call.
        return quote_spanned!(span=> #path::named(#path::of_static(#borrow #value)).on());
    }
    if borrow.is_some() || matches!(value, Expr::Reference(_)) {
        return quote_spanned!(span=> #path::named(#borrow #value).on());
    }
    quote_spanned!(span=> #path::given(#value).on())
}

/// Whether the name is that of an argument.
fn names_argument(model: &Model<'_>, value: &Expr) -> bool {
    let patterns = model.arguments.iter().map(|argument| &argument.pattern);
    let name = value.to_token_stream().to_string();
    patterns
        .into_iter()
        .any(|pattern| body::mentions(pattern.clone(), name.as_str()))
}
