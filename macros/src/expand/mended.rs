//! Replaces types in a refused function for which rustc would report further errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    FnArg, GenericArgument, Lifetime, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    parse_quote,
};

use crate::parse::block::Member;
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::tokens::borrow::{self, Borrow};
use crate::tokens::{body, unsized_value};

/// The function with a `Box` around unsized types, and with names for elided lifetimes that an `impl Trait` must capture or that nothing
/// else in the signature uses.
pub(crate) fn mended(mut function: Function) -> Function {
    let name = function.fresh("__offload_borrowed", here(function.at));
    let lifetime = Lifetime {
        apostrophe: name.span(),
        ident: name,
    };
    let mut named = false;
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = input {
            sized(&mut argument.ty);
            named |= name_in_type(&mut argument.ty, &lifetime, false);
        }
    }
    if named {
        let parameters = &mut function.sig.generics.params;
        parameters.insert(0, parse_quote!(#lifetime));
    }
    let elides = elides(&function.sig);
    if let ReturnType::Type(_, ty) = &mut function.sig.output {
        let lasting = Lifetime::new("'static", here(function.at));
        let lasts = !elides && name_in_type(ty, &lasting, true);
        // The return value may borrow from an argument, which does not live long enough.
        if sized(ty) || lasts && !function.sig.inputs.is_empty() {
            function.body = function
                .body
                .map(|braces| body::regroup(&braces, quote!(loop {})));
        }
    }
    function
}

/// Whether a return type may elide its lifetimes: the arguments have one for them.
fn elides(sig: &Signature) -> bool {
    let mut named = Vec::new();
    for input in &sig.inputs {
        let FnArg::Typed(argument) = input else {
            return true;
        };
        for found in borrow::all(&argument.ty) {
            let lifetime = match found {
                Borrow::Reference(reference) => reference.lifetime.as_ref(),
                Borrow::Lifetime(lifetime) | Borrow::Taken(lifetime) => Some(lifetime),
            };
            let name = lifetime.map(|lifetime| lifetime.ident.to_string());
            let is_new = name.as_deref().is_none_or(|name| name == "_") || !named.contains(&name);
            named.extend(is_new.then_some(name));
        }
    }
    named.len() == 1
}

/// The member of a blocking trait. A mistake in both traits is reported in the asynchronous one.
pub(crate) fn member(member: &Member) -> TokenStream {
    match member {
        Member::Function(function) => mended((**function).clone()).written(),
        Member::Other(_) => member.written(),
    }
}

fn sized(ty: &mut Type) -> bool {
    let mut changed = false;
    unsized_value::each(ty, &mut |part| {
        let written = &*part;
        *part = parse_quote!(::std::boxed::Box<#written>);
        changed = true;
    });
    changed
}

/// Whether an elided lifetime got a name. `inside`: the type is inside an `impl Trait`.
fn name_in_type(ty: &mut Type, lifetime: &Lifetime, inside: bool) -> bool {
    match ty {
        Type::Group(group) => name_in_type(&mut group.elem, lifetime, inside),
        Type::Paren(paren) => name_in_type(&mut paren.elem, lifetime, inside),
        Type::Reference(reference) => {
            let left_out = inside && reference.lifetime.is_none();
            if left_out {
                reference.lifetime = Some(lifetime.clone());
            }
            name_in_type(&mut reference.elem, lifetime, inside) | left_out
        }
        Type::Slice(slice) => name_in_type(&mut slice.elem, lifetime, inside),
        Type::Array(array) => name_in_type(&mut array.elem, lifetime, inside),
        Type::Tuple(tuple) => tuple.elems.iter_mut().fold(false, |named, ty| {
            name_in_type(ty, lifetime, inside) | named
        }),
        Type::ImplTrait(opaque) => opaque.bounds.iter_mut().fold(false, |named, bound| {
            let TypeParamBound::Trait(bound) = bound else {
                return named;
            };
            name_in_path(&mut bound.path, lifetime, true) | named
        }),
        Type::Path(path) => name_in_path(&mut path.path, lifetime, inside),
        _ => false,
    }
}

fn name_in_path(path: &mut syn::Path, lifetime: &Lifetime, inside: bool) -> bool {
    let mut named = false;
    for segment in &mut path.segments {
        // `Fn(..)` itself declares the lifetimes that are elided in it.
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            named |= match argument {
                GenericArgument::Type(ty) => name_in_type(ty, lifetime, inside),
                GenericArgument::AssocType(assoc) => name_in_type(&mut assoc.ty, lifetime, inside),
                GenericArgument::Lifetime(written) if inside && written.ident == "_" => {
                    *written = lifetime.clone();
                    true
                }
                _ => false,
            };
        }
    }
    named
}
