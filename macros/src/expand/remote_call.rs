//! `remote = EXPR`: the tokens of a function whose body another process runs.

use proc_macro2::{Group, Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Expr};

use crate::model::Model;
use crate::model::argument::Argument;
use crate::model::remote::{self, Parcel};
use crate::parse::crate_path::here;
use crate::{
    expand::{blocking, call, copied, crossing, lints},
    parse::value,
    tokens::{body, cfg},
};

/// Names in the expansion.
struct GeneratedNames {
    body: Ident,
    function: Ident,
    input: Ident,
    output: Ident,
    fingerprint: Ident,
    arguments: Ident,
}

/// Output: `{ fn __offload_body(..) -> R { .. } static __OFFLOAD_FUNCTION: P::remote::Function = ..; .. }`, at its end
/// `P::remote::answer::<R>().call(..)`
pub(crate) fn body(model: &Model<'_>, pool: &Expr) -> Group {
    let span = here(model.function.at);
    let fresh = |start| {
        let mut name = model.function.fresh(start, span);
        while body::mentions(pool.to_token_stream(), &name) {
            name = format_ident!("{name}_", span = span);
        }
        name
    };
    let names = GeneratedNames {
        body: fresh("__offload_body"),
        function: fresh("__OFFLOAD_FUNCTION"),
        input: fresh("__offload_input"),
        output: fresh("__offload_output"),
        fingerprint: fresh("__offload_fingerprint"),
        arguments: fresh("__arguments"),
    };
    let (written, entry) = (written(model, &names.body), entry(model, pool, &names));
    let (copied, call) = (copied::asked(model), call(model, &names));
    let braces = model
        .function
        .body
        .clone()
        .unwrap_or_else(blocking::empty_body);
    body::regroup(&braces, quote!(#written #entry #copied #call))
}

/// Output: `fn __offload_body(path: &Path, mut n: u32) -> R { .. }`, the function as written.
fn written(model: &Model<'_>, name: &Ident) -> TokenStream {
    let mut sig = model.function.sig.clone();
    sig.ident = name.clone();
    let body = &model.function.body;
    let lints = lints::of_remote_body(model.function);
    // The attribute requires a `Result`, and the number of arguments was checked above.
    quote_spanned! {name.span()=>
        #[allow(
            clippy::single_call_fn, clippy::too_many_arguments, clippy::unnecessary_wraps #(, #lints)*
        )]
        #sig #body
    }
}

/// Output: `static __OFFLOAD_FUNCTION: P::remote::Function = P::remote::Function::new("..", || ..,
/// |mut __offload_input, __offload_output| { .. }, |__offload_fingerprint| { .. });`
/// in the table that worker processes search.
fn entry(model: &Model<'_>, pool: &Expr, names: &GeneratedNames) -> TokenStream {
    let span = here(model.function.at);
    let path = model.path.at(span);
    let text = model.function.name().unraw().to_string();
    let GeneratedNames {
        function,
        fingerprint,
        ..
    } = names;
    let (workers, answer) = (workers(model, pool), answer(model, names));
    let fingerprints = each(model, |argument, parcel| {
        let (codec, cfgs) = (&parcel.codec, &argument.cfgs);
        let add = Ident::new(parcel.fingerprint, span);
        quote_spanned!(here(argument.ty.span())=> #(#cfgs)* #codec.#add(#fingerprint);)
    });
    let result = result(model);
    quote_spanned! {span=>
        #[#path::remote::linkme::distributed_slice(#path::remote::FUNCTIONS)]
        #[linkme(crate = #path::remote::linkme)]
        static #function: #path::remote::Function = #path::remote::Function::new(
            ::core::concat!(::core::module_path!(), "::", #text),
            || #workers,
            #answer,
            |#fingerprint| {
                #(#fingerprints)*
                #result.fingerprint(#fingerprint);
            },
        );
    }
}

/// Output: `P::remote::workers(&RENDER)`
fn workers(model: &Model<'_>, pool: &Expr) -> TokenStream {
    let path = model.path.at(here(pool.span()));
    let borrow = value::is_place(pool).then(|| quote_spanned!(pool.span()=> &));
    quote_spanned!(here(pool.span())=> #path::remote::workers(#borrow #pool))
}

/// Output: `|mut __offload_input, __offload_output| { let n = ..; P::remote::end(__offload_input)?;
/// P::remote::answer::<R>().give(__offload_body(n), __offload_output) }`
fn answer(model: &Model<'_>, names: &GeneratedNames) -> TokenStream {
    let span = here(model.function.at);
    let path = model.path.at(span);
    let GeneratedNames { input, output, .. } = names;
    let taken = each(model, |argument, parcel| {
        let (cfgs, codec, name) = (&argument.cfgs, &parcel.codec, crossing::own_name(argument));
        let take = Ident::new(parcel.take, span);
        quote_spanned!(here(argument.ty.span())=> #(#cfgs)* let #name = #codec.#take(&mut #input)?;)
    });
    let (calls, result) = (calls(model, names), result(model));
    quote_spanned! {span=>
        |mut #input, #output| {
            #(#taken)*
            #path::remote::end(#input)?;
            #calls
            #result.give(__offload_answer, #output)
        }
    }
}

/// Output: `let __offload_answer = __offload_body(path.lend(), n);`, once for each combination of the `cfg`s of arguments.
fn calls(model: &Model<'_>, names: &GeneratedNames) -> TokenStream {
    let mut choices: Vec<(String, &[Attribute])> = Vec::new();
    for argument in &model.arguments {
        let (condition, cfgs) = (condition(&argument.cfgs, true).to_string(), &argument.cfgs);
        if !cfgs.is_empty() && !choices.iter().any(|(known, _)| *known == condition) {
            choices.push((condition, cfgs));
        }
    }
    let all = 0..1_usize << choices.len();
    all.map(|chosen| {
        let is_there = |cfgs: &[Attribute]| {
            let condition = condition(cfgs, true).to_string();
            let place = choices.iter().position(|(choice, _)| *choice == condition);
            place.is_none_or(|place| chosen >> place & 1 == 1)
        };
        let cfgs = choices
            .iter()
            .map(|(_, cfgs)| condition(cfgs, is_there(cfgs)));
        let arguments = model
            .arguments
            .iter()
            .filter(|argument| is_there(&argument.cfgs));
        let call = call_of_body(model, arguments, names);
        quote!(#(#cfgs)* #call)
    })
    .collect()
}

/// Output: `#[cfg(unix)]` or `#[cfg(not(unix))]`
fn condition(cfgs: &[Attribute], holds: bool) -> TokenStream {
    match cfg::predicate(cfgs) {
        None => TokenStream::new(),
        Some(predicate) if holds => quote!(#[cfg(#predicate)]),
        Some(predicate) => quote!(#[cfg(not(#predicate))]),
    }
}

/// Output: `let __offload_answer = __offload_body(path.lend(), n);`
fn call_of_body<'a>(
    model: &Model<'_>,
    arguments: impl Iterator<Item = &'a Argument>,
    names: &GeneratedNames,
) -> TokenStream {
    let span = here(model.function.at);
    let values = arguments.map(|argument| {
        let (name, parcel) = (crossing::own_name(argument), parcel(model, argument));
        let and = parcel.by_reference.then(|| quote_spanned!(span=> &));
        match parcel.lend {
            Some(lend) => {
                let lend = format_ident!("{lend}", span = span);
                quote_spanned!(here(argument.ty.span())=> #and #name.#lend())
            }
            None => name.to_token_stream(),
        }
    });
    let body = &names.body;
    let call = quote_spanned!(span=> #body(#(#values),*));
    let call = if model.is_unsafe() {
        quote_spanned!(span=> unsafe { #call })
    } else {
        call
    };
    quote_spanned!(span=> let __offload_answer = #call;)
}

/// Output: `let mut __arguments = P::remote::arguments(&__OFFLOAD_FUNCTION);
/// P::remote::value::<u32>().give(n, &mut __arguments); ..`
fn call(model: &Model<'_>, names: &GeneratedNames) -> TokenStream {
    let span = here(model.function.at);
    let path = model.path.at(span);
    let GeneratedNames {
        function,
        arguments,
        ..
    } = names;
    let given = each(model, |argument, parcel| {
        let (cfgs, codec) = (&argument.cfgs, &parcel.codec);
        let name = crossing::outer_name(model, argument);
        let give = Ident::new(parcel.give, span);
        quote_spanned!(here(argument.ty.span())=> #(#cfgs)* #codec.#give(#name, &mut #arguments);)
    });
    let mutability = (!model.arguments.is_empty()).then(|| quote_spanned!(span=> mut));
    let (site, result) = (call::site(model), result(model));
    quote_spanned! {span=>
        let #mutability #arguments = #path::remote::arguments(&#function);
        #(#given)*
        #result.call(#site, &#function, #arguments)
    }
}

fn each(model: &Model<'_>, tokens: impl Fn(&Argument, &Parcel) -> TokenStream) -> Vec<TokenStream> {
    let arguments = model.arguments.iter();
    arguments
        .map(|argument| tokens(argument, &parcel(model, argument)))
        .collect()
}

fn parcel(model: &Model<'_>, argument: &Argument) -> Parcel {
    let span = argument.ty.span();
    let path = model.path.at(span);
    remote::parcel(argument, &quote_spanned!(here(span)=> #path::remote))
}

/// Output: `P::remote::answer::<R>()`
fn result(model: &Model<'_>) -> TokenStream {
    let path = model.path.at(model.output.span);
    let ty = &model.output.passed;
    quote_spanned!(here(model.output.span)=> #path::remote::answer::<#ty>())
}
