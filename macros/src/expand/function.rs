//! `Model` to tokens: the asynchronous function, whose body is a closure with parameters and no captures.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Token;

use crate::expand::crossing::{self, Captured, Crossing};
use crate::model::{
    Model, argument::Passing, blocking::BlockingVersion, failures::Catches, receiver::Own,
};
use crate::parse::{crate_path::here, editor};
use crate::tokens::rewrite::Rewrite;
use crate::{
    expand::{blocking, call, copied, lints, remote_call, shape},
    model::{argument, generics, output},
    parse::attribute,
    tokens::body,
};

/// The largest number of values that `callN` takes. Further values are captured by the closure.
const LARGEST_CALL: usize = 12;

/// Input: a valid function. Output: the asynchronous function, and the blocking one if it has a name.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let function = asynchronous(model);
    let fails = model.catches != Catches::Never || model.remote.is_some();
    match &model.blocking {
        BlockingVersion::None | BlockingVersion::Elsewhere(_) => function,
        BlockingVersion::Called(name) => {
            let version = blocking::blocking(model.function, name, model.place, fails);
            quote!(#function #version)
        }
        BlockingVersion::Repeated(name) => {
            let version = blocking::blocking(model.function, name, model.place, fails);
            // It may be used by tests only.
            let allowed = quote_spanned!(Span::mixed_site()=> #[allow(dead_code)]);
            quote!(#function #allowed #version)
        }
    }
}

/// Output: `pub fn head(path: &Path, n: usize) -> P::Offload<io::Result<Vec<u8>>> { P::call2::<..>(..) }`
pub(crate) fn asynchronous(model: &Model<'_>) -> TokenStream {
    let attrs = attribute::asynchronous(
        &model.function.attrs,
        !matches!(model.blocking, BlockingVersion::None),
    );
    let body = match model.remote {
        Some(pool) => remote_call::body(model, pool),
        None => outer_body(model),
    };
    let (allowed, signature) = (lints::allowed(model), signature(model));
    quote!(#(#attrs)* #allowed #signature #body)
}

/// Output: `fn load(&self, key: &str) -> P::Offload<u32>;`
pub(crate) fn declaration(model: &Model<'_>) -> TokenStream {
    let attrs = attribute::asynchronous(&model.function.attrs, true);
    let (allowed, signature) = (lints::of_declared(model.function), signature(model));
    quote!(#(#attrs)* #allowed #signature;)
}

/// Output: `fn load(&self, key: &str) -> P::Offload<u32> { P::call2::<..>(..) }`
pub(crate) fn definition(model: &Model<'_>) -> TokenStream {
    let cfgs = attribute::cfgs(&model.function.attrs);
    let (allowed, signature, body) = (lints::allowed(model), signature(model), outer_body(model));
    quote!(#(#cfgs)* #allowed #signature #body)
}

fn signature(model: &Model<'_>) -> TokenStream {
    let function = model.function;
    let sig = &function.sig;
    let (vis, default, safety) = (&function.vis, &function.default, &sig.safety);
    let (word, name) = (&sig.fn_token, &sig.ident);
    let generics = generics::sendable(sig, &model.owned, model.around.names());
    let bounds = &generics.where_clause;
    let inputs = inputs(model);
    if model.awaits {
        let (asynchronous, output) = (Token![async](here(name.span())), &sig.output);
        return quote!(#vis #default #asynchronous #safety #word #name #generics (#inputs) #output #bounds);
    }
    let output = model.output.promised(model.path);
    quote!(#vis #default #safety #word #name #generics (#inputs) #output #bounds)
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

/// Output: the captured values, then the call.
fn outer_body(model: &Model<'_>) -> Group {
    let span = here(model.function.at);
    let builder = model
        .builds
        .map(|_| model.function.fresh("__offload_builder", span));
    let (crossings, mut before, mut captured) = crossings(model, builder.as_ref());
    let (mut place, mut moved) = (call::place(model), None);
    let early = model.function.fresh("__offload_on", span);
    if let Some(builder) = builder {
        let place = std::mem::replace(&mut place, early.to_token_stream());
        moved = (!before.is_empty()).then(|| Token![move](span));
        before = quote_spanned!(span=> let (#early, #builder) = #place; #before);
    } else if !before.is_empty() {
        before = quote_spanned!(span=> let #early = #place; #before);
        (place, moved) = (early.to_token_stream(), Some(Token![move](span)));
    }
    captured.extend(same_names(model));
    let body = closure_body(model, &crossings, &captured);
    let closure = closure(model, &crossings, moved, &body);
    let call = call::call(model, &crossings, &place, &closure);
    let braces = model
        .function
        .body
        .clone()
        .unwrap_or_else(blocking::empty_body);
    let (made, copied) = (made(model), copied::asked(model));
    body::regroup(&braces, quote!(#made #copied #before #call))
}

/// The parameters of the closure, and for captured arguments the tokens before the call and inside the closure.
fn crossings(
    model: &Model<'_>,
    builder: Option<&Ident>,
) -> (Vec<Crossing>, TokenStream, TokenStream) {
    let receiver = model.receiver.iter();
    let mut crossings: Vec<_> = receiver
        .map(|own| crossing::receiver(model, own))
        .chain(builder.map(crossing::builder))
        .collect();
    let room = LARGEST_CALL - crossings.len();
    // A captured argument becomes a local of the body, which is dropped before the parameters. So all later arguments are captured too.
    let mut fits = true;
    let (mut before, mut captured) = (TokenStream::new(), TokenStream::new());
    for (index, argument) in model.arguments.iter().enumerate() {
        fits &= index < room && argument.cfgs.is_empty();
        if fits {
            crossings.push(crossing::argument(model, argument));
        } else {
            let Captured { outside, inside } = crossing::captured(model, argument);
            before.extend(outside);
            captured.extend(inside);
        }
    }
    (crossings, before, captured)
}

/// Output: `let _ = |value: (), value: ()| {};`, where rustc tells whether two names that are spelled the same are the same.
fn same_names(model: &Model<'_>) -> Option<TokenStream> {
    let span = here(model.function.at);
    let arguments = model.function.typed();
    let repeated = arguments.filter(|argument| argument::is_repeated(argument, model.function));
    let names: Vec<_> = repeated.filter_map(argument::plain_name).collect();
    let ask = quote_spanned!(span=> #[allow(unused_variables)] let _ = |#(#names: ()),*| {};);
    (!names.is_empty()).then_some(ask)
}

/// Output: `let _ = |__offload_made: P::Yielded<Fut>| __offload_made.by_the_body();`, which is an error if the name stands for a boxed
/// future.
fn made(model: &Model<'_>) -> Option<TokenStream> {
    let span = here(model.output.span);
    let (path, passed) = (model.path.at(span), &model.output.passed);
    // A return type that must be a `Result` is no future.
    let asks =
        model.catches != Catches::Always && output::may_be_future(&model.function.sig.output);
    asks.then(|| {
        let made = quote_spanned!(span=> __offload_made);
        quote_spanned!(span=> let _ = |#made: #path::Yielded<#passed>| #made.by_the_body();)
    })
}

/// Output: `|path, mut n| -> R { .. }`
fn closure(
    model: &Model<'_>,
    crossings: &[Crossing],
    moved: Option<Token![move]>,
    body: &TokenStream,
) -> TokenStream {
    let span = here(model.function.at);
    let parameters = crossings.iter().map(|crossing| &crossing.parameter);
    let declared = &model.output.declared;
    quote_spanned!(span=> #moved |#(#parameters),*| -> #declared #body)
}

/// Whether the last expression may borrow from parameters of the function, which are locals of the body here.
fn borrows_locals(model: &Model<'_>, captured: &TokenStream) -> bool {
    let body = model.function.body_tokens();
    let mut lent = model.arguments.iter().filter(|own| own.is_lent());
    let lends_self = |own: &Own<'_>| {
        own.mutability().is_some()
            || body::borrows_self(body.clone())
            || body::ends_in_use_of(body.clone(), &own.word.to_token_stream())
    };
    let mut receiver = model.receiver.iter().filter(|own| own.is_borrowed());
    !captured.is_empty()
        || receiver.any(lends_self)
        || lent.any(|own| {
            body::mentions(own.pattern.clone(), "mut")
                || body::borrows(body.clone(), &own.pattern)
                || body::ends_in_use_of(body.clone(), &own.pattern)
        })
}

/// Output: `{ { .. } }`, the outer in a span of the macro, whose edition is 2024: what the last expression borrows from such locals ends
/// there, before they do. The inner has the user's edition, which says whether locals of the body end before that.
fn outlived(model: &Model<'_>, braces: &Group, tokens: TokenStream) -> TokenStream {
    // Around an expression alone rustc would report the inner braces.
    let has_locals = (tokens.clone().into_iter()).any(|token| body::is_sign(&token, ';'));
    let own = if has_locals {
        body::regroup(braces, tokens).to_token_stream()
    } else {
        tokens
    };
    let mut block = Group::new(Delimiter::Brace, own);
    block.set_span(here(model.function.at));
    block.to_token_stream()
}

/// Whether the body keeps the word `self`. Editors show that name, and never use the closure outside of its method. They see no `mut`
/// of `mut self` outside of the body.
fn keeps_self(model: &Model<'_>) -> bool {
    let mutability = model.receiver.as_ref().and_then(Own::mutability);
    editor::is_running() && mutability.is_none()
}

/// Output: `use ::core::convert::Into as _;`: in a module without the prelude the body calls the method of a bound without an import, and
/// what replaces the parameter has it from the trait alone.
fn imports(model: &Model<'_>) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let is_without = model.callee().is_none();
    let passings = || model.arguments.iter().map(|argument| &argument.passing);
    let into = passings().any(|passing| matches!(passing, Passing::Into(_)));
    let to_string = passings().any(|passing| matches!(passing, Passing::ToString));
    let into = into.then(|| quote_spanned!(span=> use ::core::convert::Into as _;));
    let to_string = to_string.then(|| quote_spanned!(span=> use ::std::string::ToString as _;));
    let imports = into.into_iter().chain(to_string);
    is_without.then(|| {
        imports
            .map(|import| quote_spanned!(span=> #[allow(unused_imports)] #import))
            .collect()
    })
}

/// The bindings of the arguments, then the user's body, in one block with the user's braces.
fn closure_body(model: &Model<'_>, crossings: &[Crossing], captured: &TokenStream) -> TokenStream {
    let function = model.function;
    let braces = function.body.clone().unwrap_or_else(blocking::empty_body);
    let bindings = crossings.iter().map(|crossing| &crossing.binding);
    let lifetimes = &function.lifetimes();
    let name = model
        .receiver
        .as_ref()
        .map(|receiver| receiver.name.to_string());
    let receiver = name.as_deref().filter(|_| !keeps_self(model));
    let callee = model.callee();
    let rewrite = Rewrite {
        receiver,
        lifetimes,
    };
    let tokens = match &callee {
        Some(callee) => blocking::on_value(model, blocking::call(model, callee)),
        None => shape::shaped(model, rewrite.apply(braces.stream())),
    };
    let may_outlive = callee.is_none() && !model.output.is_never();
    let tokens = if may_outlive && borrows_locals(model, captured) {
        outlived(model, &braces, tokens)
    } else {
        tokens
    };
    let imports = imports(model);
    let group = body::regroup(&braces, quote!(#imports #captured #(#bindings)* #tokens));
    if model.is_unsafe() && callee.is_none() {
        return quote_spanned!(Span::mixed_site()=> { unsafe #group });
    }
    group.to_token_stream()
}
