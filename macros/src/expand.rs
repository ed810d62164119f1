//! `Model` to tokens: the asynchronous function, whose body is a closure with parameters and no captures.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::argument::{Argument, Passing};
use crate::crate_path::here;
use crate::model::{Model, Twin};
use crate::receiver::{self, Kind};
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

/// Output:
/// ```ignore
/// #[allow(refining_impl_trait)]
/// pub fn head(path: &Path, n: usize) -> P::Offload<io::Result<Vec<u8>>> { P::call2::<..>(..) }
/// ```
fn asynchronous(model: &Model<'_>) -> TokenStream {
    let function = model.function;
    let sig = &function.sig;
    let attrs = match model.twin {
        Twin::None => function.attrs.clone(),
        _ => attribute::beside_twin(&function.attrs),
    };
    let allowed = allowed_lints(model);
    let (vis, default, safety, fn_token, name) = (
        &function.vis,
        &function.default,
        &sig.safety,
        &sig.fn_token,
        &sig.ident,
    );
    let (open, parameters, close) = (
        &sig.generics.lt_token,
        &sig.generics.params,
        &sig.generics.gt_token,
    );
    let bounds = generics::where_clause(&sig.generics, &model.owned);
    let inputs = inputs(model);
    let path = model.path.at(model.output.span);
    let awaited = &model.output.awaited;
    let output = quote_spanned!(here(model.output.span)=> -> #path::Offload<#awaited>);
    let body = outer_body(model);
    quote! {
        #(#attrs)*
        #allowed
        #vis #default #safety #fn_token #name #open #parameters #close (#inputs) #output #bounds #body
    }
}

/// A trait's `async fn` is refined by a concrete type, and the block around an unsafe body is ours.
fn allowed_lints(model: &Model<'_>) -> TokenStream {
    let here = Span::mixed_site();
    if model.is_unsafe() {
        return quote_spanned!(here=> #[allow(refining_impl_trait, unused_unsafe)]);
    }
    quote_spanned!(here=> #[allow(refining_impl_trait)])
}

fn inputs(model: &Model<'_>) -> TokenStream {
    let receiver = model
        .receiver
        .iter()
        .map(|receiver| receiver.declared.clone());
    let arguments = model.arguments.iter().map(|argument| {
        let (cfgs, name, ty) = (&argument.cfgs, outer_name(model, argument), &argument.ty);
        quote!(#(#cfgs)* #name: #ty)
    });
    let inputs = receiver.chain(arguments);
    quote!(#(#inputs),*)
}

/// The name in the signature. One that starts with `_` is used there by the macro, so it gets the macro's hygiene:
/// lints about the use of such names then see no use by the user.
fn outer_name(model: &Model<'_>, argument: &Argument) -> Ident {
    if model.place.is_none() && argument.name.to_string().starts_with('_') {
        return own_name(argument);
    }
    argument.name.clone()
}

/// The name of the owned value that the body's own binding borrows from.
fn own_name(argument: &Argument) -> Ident {
    let mut name = argument.name.clone();
    name.set_span(here(name.span()));
    name
}

/// One value on its way from the caller to the body.
struct Crossing {
    /// Its type in the turbofish.
    ty: TokenStream,
    /// The owned value, at the call.
    value: TokenStream,
    /// The closure's parameter.
    parameter: TokenStream,
    /// What the body starts with.
    binding: TokenStream,
}

/// Output: the call, after the values that no parameter can carry.
fn outer_body(model: &Model<'_>) -> Group {
    let room = LARGEST_CALL - usize::from(model.receiver.is_some());
    let fits = |index: usize, argument: &Argument| index < room && argument.cfgs.is_empty();
    let mut crossings: Vec<_> = model
        .receiver
        .iter()
        .map(|own| receiver_crossing(model, own))
        .collect();
    let (mut before, mut bindings) = (TokenStream::new(), TokenStream::new());
    for (index, argument) in model.arguments.iter().enumerate() {
        if fits(index, argument) {
            crossings.push(crossing(model, argument));
        } else {
            let (outside, inside) = captured(model, argument);
            before.extend(outside);
            bindings.extend(inside);
        }
    }
    let moved =
        (!before.is_empty()).then(|| quote_spanned!(here(model.function.name().span())=> move));
    let call = call(model, &crossings, moved.as_ref(), &bindings);
    let braces = model.function.body.clone().unwrap_or_else(twin::empty_body);
    body::regroup(&braces, quote!(#before #call))
}

/// Output: `P::call2::<_, usize, R>(SITE, P::On::Default, P::own::<Path>(path), P::stay(n), |path, mut n| -> R { .. })`
fn call(
    model: &Model<'_>,
    crossings: &[Crossing],
    moved: Option<&TokenStream>,
    captured: &TokenStream,
) -> TokenStream {
    let span = here(model.function.name().span());
    let path = model.path.at(span);
    let call = format_ident!("call{}", crossings.len(), span = span);
    let types = crossings.iter().map(|crossing| &crossing.ty);
    let values = crossings.iter().map(|crossing| &crossing.value);
    let parameters = crossings.iter().map(|crossing| &crossing.parameter);
    let bindings = crossings.iter().map(|crossing| &crossing.binding);
    let (passed, declared) = (&model.output.passed, &model.output.declared);
    let body = closure_body(model, quote!(#captured #(#bindings)*));
    let (site, place) = (site(model), place(model));
    let closure = quote_spanned!(span=> #moved |#(#parameters),*| -> #declared #body);
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

/// The user's body behind what lends it its arguments, all in one block with the user's braces.
fn closure_body(model: &Model<'_>, bindings: TokenStream) -> TokenStream {
    let function = model.function;
    let braces = function.body.clone().unwrap_or_else(twin::empty_body);
    let lifetimes = function.lifetimes();
    let tokens = match &model.twin {
        Twin::Called(name) => twin::call(model, name),
        _ => Rewrite {
            receiver: model.receiver.is_some(),
            lifetimes: &lifetimes,
        }
        .apply(braces.stream()),
    };
    let group = body::regroup(&braces, quote!(#bindings #tokens));
    if model.is_unsafe() && !matches!(model.twin, Twin::Called(_)) {
        return quote_spanned!(Span::mixed_site()=> { unsafe #group });
    }
    group.to_token_stream()
}

fn receiver_crossing(model: &Model<'_>, own: &receiver::Own<'_>) -> Crossing {
    let word = own.word;
    let span = here(word.span);
    let name = own.body_name();
    match &own.kind {
        Kind::Value { mutability, ty } => {
            let path = model.path.at(ty.map_or(word.span, Spanned::span));
            let mutability = mutability.filter(|_| !matches!(model.twin, Twin::Called(_)));
            Crossing {
                ty: ty.map_or_else(|| quote_spanned!(span=> _), ToTokens::to_token_stream),
                value: quote_spanned!(span=> #path::stay(#word)),
                parameter: quote!(#mutability #name),
                binding: TokenStream::new(),
            }
        }
        Kind::Borrowed { ty, span } => {
            let span = here(*span);
            let path = model.path.at(span);
            let owned = Ident::new("__own", span);
            Crossing {
                ty: quote_spanned!(span=> _),
                value: quote_spanned!(span=> #path::own_self::<#ty>(#word)),
                parameter: owned.to_token_stream(),
                binding: quote_spanned!(span=> let #name = &#owned;),
            }
        }
    }
}

/// One template for each way to cross.
fn crossing(model: &Model<'_>, argument: &Argument) -> Crossing {
    let (name, own) = (outer_name(model, argument), own_name(argument));
    let lints = &argument.lints;
    let pattern = inner_pattern(model, argument);
    let bound = quote!(#(#lints)* #pattern);
    let span = here(argument.ty.span());
    let path = model.path.at(span);
    let any = quote_spanned!(span=> _);
    let (ty, value, parameter, binding) = match &argument.passing {
        Passing::Stay(ty) => (
            ty.to_token_stream(),
            quote_spanned!(span=> #path::stay(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::Opaque => (any, name.to_token_stream(), bound, TokenStream::new()),
        Passing::Own(ty) => (
            any,
            quote_spanned!(span=> #path::own::<#ty>(#name)),
            own.to_token_stream(),
            quote_spanned!(span=> #(#lints)* let #pattern: &#ty = #path::lend::<#ty>(&#own);),
        ),
        Passing::OwnOption(ty) => (
            any,
            quote_spanned!(span=> #path::own_opt::<#ty>(#name)),
            own.to_token_stream(),
            quote_spanned! {span=>
                #(#lints)* let #pattern: ::core::option::Option<&#ty> = #path::lend_opt::<#ty>(&#own);
            },
        ),
        Passing::OwnCow(ty) => (
            any,
            quote_spanned!(span=> #path::own_cow::<#ty>(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::AsRef {
            target,
            lent: false,
        } => (
            any,
            quote_spanned!(span=> #path::own_as_ref::<#target>(#name)),
            bound,
            TokenStream::new(),
        ),
        Passing::AsRef { target, lent: true } => (
            any,
            quote_spanned!(span=> #path::own_as_ref::<#target>(#name)),
            own.to_token_stream(),
            quote_spanned!(span=> #(#lints)* let #pattern = &#own;),
        ),
    };
    Crossing {
        ty,
        value,
        parameter,
        binding,
    }
}

/// Output, outside: `#[cfg(..)] let x = P::stay(x);`, inside: `#[cfg(..)] let x = x; #[cfg(..)] let mut x: T = x;`
///
/// The first line inside moves the whole value in, where a pattern such as `_` or the field of a struct would not.
fn captured(model: &Model<'_>, argument: &Argument) -> (TokenStream, TokenStream) {
    let Crossing {
        ty,
        value,
        parameter,
        binding,
    } = crossing(model, argument);
    let cfgs = &argument.cfgs;
    let own = own_name(argument);
    let span = here(argument.ty.span());
    let outside = quote_spanned!(span=> #(#cfgs)* let #own = #value;);
    let moved = quote_spanned!(span=> #(#cfgs)* let #own = #own;);
    let inside = if binding.is_empty() {
        quote_spanned!(span=> #(#cfgs)* let #parameter: #ty = #own;)
    } else {
        quote!(#(#cfgs)* #binding)
    };
    (outside, quote!(#moved #inside))
}

/// What the body binds; a call of the twin passes plain names on.
fn inner_pattern(model: &Model<'_>, argument: &Argument) -> TokenStream {
    match model.twin {
        Twin::Called(_) => argument.name.to_token_stream(),
        _ => argument.pattern.clone(),
    }
}
