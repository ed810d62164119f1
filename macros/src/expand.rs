//! `Model` to tokens: the asynchronous function, whose body is a closure with parameters and no captures.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Token;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::argument::Argument;
use crate::crate_path::here;
use crate::crossing::{self, Crossing};
use crate::model::{Model, Twin};
use crate::rewrite::Rewrite;
use crate::{attribute, body, generics, options, twin};

/// The largest number of values that `callN` takes; what is beyond is captured.
const LARGEST_CALL: usize = 12;

/// Input: a function that was found good. Output: the asynchronous function, and the blocking one if it has a name.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let function = asynchronous(model);
    match &model.twin {
        Twin::None => function,
        Twin::Called(name) | Twin::Repeated(name) => {
            let twin = twin::blocking(model.function, name);
            quote!(#function #twin)
        }
    }
}

/// Output: `#[allow(..)] pub fn head(path: &Path, n: usize) -> P::Offload<io::Result<Vec<u8>>> { P::call2::<..>(..) }`
fn asynchronous(model: &Model<'_>) -> TokenStream {
    let function = model.function;
    let sig = &function.sig;
    let attrs = attribute::asynchronous(&function.attrs, !matches!(model.twin, Twin::None));
    let allowed = allowed_lints(model);
    let (vis, default, safety) = (&function.vis, &function.default, &sig.safety);
    let (word, name) = (&sig.fn_token, &sig.ident);
    let generics = generics::sendable(&sig.generics, &model.owned);
    let bounds = &generics.where_clause;
    let (inputs, output) = (inputs(model), model.output.promised(model.path));
    let body = outer_body(model);
    quote! {
        #(#attrs)*
        #allowed
        #vis #default #safety #word #name #generics (#inputs) #output #bounds #body
    }
}

/// What would be said of the expansion and not of the function: a trait's `async fn` is refined by a concrete type, the
/// block around an unsafe body is ours, so is the call of a deprecated twin, and so are the lines that come to stand
/// before the items at the start of a body.
fn allowed_lints(model: &Model<'_>) -> TokenStream {
    let function = model.function;
    let deprecated = function
        .attrs
        .iter()
        .any(|attr| attr.path().is_ident("deprecated"));
    let called = matches!(model.twin, Twin::Called(_)) && deprecated;
    let nested = model.is_unsafe().then_some(quote!(, unused_unsafe));
    let called = called.then_some(quote!(, deprecated));
    let items = body::starts_with_item(function.body_tokens())
        .then_some(quote!(, clippy::items_after_statements));
    quote_spanned!(Span::mixed_site()=> #[allow(refining_impl_trait #nested #called #items)])
}

fn inputs(model: &Model<'_>) -> TokenStream {
    let receiver = model
        .receiver
        .iter()
        .map(|receiver| receiver.declared.clone());
    let arguments = model.arguments.iter().map(|argument| {
        let (cfgs, name, ty) = (
            &argument.cfgs,
            crossing::outer_name(model, argument),
            &argument.ty,
        );
        quote!(#(#cfgs)* #name: #ty)
    });
    let inputs = receiver.chain(arguments);
    quote!(#(#inputs),*)
}

/// Output: the call, after the values that no parameter can carry.
fn outer_body(model: &Model<'_>) -> Group {
    let room = LARGEST_CALL - usize::from(model.receiver.is_some());
    let fits = |index: usize, argument: &Argument| index < room && argument.cfgs.is_empty();
    let mut crossings: Vec<_> = model
        .receiver
        .iter()
        .map(|own| crossing::receiver(model, own))
        .collect();
    let (mut before, mut captured) = (TokenStream::new(), TokenStream::new());
    for (index, argument) in model.arguments.iter().enumerate() {
        if fits(index, argument) {
            crossings.push(crossing::argument(model, argument));
        } else {
            let (outside, inside) = crossing::captured(model, argument);
            before.extend(outside);
            captured.extend(inside);
        }
    }
    let span = here(model.function.name().span());
    let (mut place, mut moved) = (place(model), None);
    if !before.is_empty() {
        let early = model.function.fresh("__on", span);
        before = quote_spanned!(span=> let #early = #place; #before);
        (place, moved) = (early.to_token_stream(), Some(Token![move](span)));
    }
    let body = closure_body(model, &crossings, &captured);
    let closure = closure(model, &crossings, moved, &body);
    let call = call(model, &crossings, &place, &closure);
    let braces = model.function.body.clone().unwrap_or_else(twin::empty_body);
    body::regroup(&braces, quote!(#before #call))
}

/// Output: `P::call2::<_, usize, R>(SITE, P::On::Default, P::own::<Path>(path), P::stay(n), |path, mut n| -> R { .. })`
fn call(
    model: &Model<'_>,
    crossings: &[Crossing],
    place: &TokenStream,
    closure: &TokenStream,
) -> TokenStream {
    let span = here(model.function.name().span());
    let path = model.path.at(span);
    let call = format_ident!("call{}", crossings.len(), span = span);
    let types = crossings.iter().map(|crossing| &crossing.ty);
    let values = crossings.iter().map(|crossing| &crossing.value);
    let (site, passed) = (site(model), &model.output.passed);
    quote_spanned!(span=> #path::#call::<#(#types,)* #passed>(#site, #place, #(#values,)* #closure))
}

/// Output: `{ static SITE: P::Site = P::Site::new("head", ..); &SITE }`
fn site(model: &Model<'_>) -> TokenStream {
    let name = model.function.name();
    let span = here(name.span());
    let path = model.path.at(span);
    let text = name.unraw().to_string();
    quote_spanned! {span=>
        {
            static SITE: #path::Site =
                #path::Site::new(#text, ::core::module_path!(), ::core::file!(), ::core::line!());
            &SITE
        }
    }
}

fn place(model: &Model<'_>) -> TokenStream {
    let Some(value) = model.place else {
        let path = model.path.at(model.function.name().span());
        return quote_spanned!(here(model.function.name().span())=> #path::On::Default);
    };
    let span = here(value.span());
    let path = model.path.at(span);
    let borrow = options::is_place(value).then(|| quote_spanned!(value.span()=> &));
    quote_spanned!(span=> #path::on(#borrow #value))
}

/// Output: `|path, mut n| -> R { .. }`
fn closure(
    model: &Model<'_>,
    crossings: &[Crossing],
    moved: Option<Token![move]>,
    body: &TokenStream,
) -> TokenStream {
    let span = here(model.function.name().span());
    let parameters = crossings.iter().map(|crossing| &crossing.parameter);
    let declared = &model.output.declared;
    quote_spanned!(span=> #moved |#(#parameters),*| -> #declared #body)
}

/// The user's body behind what lends it its arguments, all in one block with the user's braces.
fn closure_body(model: &Model<'_>, crossings: &[Crossing], captured: &TokenStream) -> TokenStream {
    let function = model.function;
    let braces = function.body.clone().unwrap_or_else(twin::empty_body);
    let bindings = crossings.iter().map(|crossing| &crossing.binding);
    let lifetimes = &function.lifetimes();
    let name = model
        .receiver
        .as_ref()
        .map(|receiver| receiver.name.to_string());
    let receiver = name.as_deref();
    let tokens = match &model.twin {
        Twin::Called(name) => twin::call(model, name),
        _ => Rewrite {
            receiver,
            lifetimes,
        }
        .apply(braces.stream()),
    };
    let group = body::regroup(&braces, quote!(#captured #(#bindings)* #tokens));
    if model.is_unsafe() && !matches!(model.twin, Twin::Called(_)) {
        return quote_spanned!(Span::mixed_site()=> { unsafe #group });
    }
    group.to_token_stream()
}
