//! The return type: the type that the caller awaits, and the return type of the closure.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    GenericArgument, Lifetime, PathArguments, ReturnType, Signature, Token, Type, TypeImplTrait,
    TypeInfer, TypeParamBound,
};

use crate::diagnostics::{self, Errors};
use crate::parse::crate_path::{CratePath, here};
use crate::tokens::borrow::{self, Borrow};
use crate::tokens::{bare, future, object, stand_in, unsized_value};

/// The return type in its two places.
pub(crate) struct Output {
    /// The type argument of `Offload<..>`.
    pub(crate) awaited: TokenStream,
    /// The return type that the call is given.
    pub(crate) passed: TokenStream,
    /// The return type that the closure declares.
    pub(crate) declared: TokenStream,
    pub(crate) span: Span,
    /// Where the signature ends, before bounds.
    end: Span,
    /// The user's arrow. With it and the last `>`, the signature begins and ends at the user's tokens, which is where
    /// rustc then reports what concerns the whole of it.
    arrow: Option<Token![->]>,
}

impl Output {
    /// Whether the function never returns.
    pub(crate) fn is_never(&self) -> bool {
        self.declared.to_string() == "!"
    }

    /// Output: `-> ::tokio_offload::Offload::<R>`, with the `::` by which [`is_offloaded`] knows it.
    pub(crate) fn promised(&self, path: &CratePath) -> TokenStream {
        let (path, awaited) = (path.shown_at(self.span), &self.awaited);
        let arrow = self.arrow.unwrap_or_else(|| Token![->](here(self.span)));
        let offload = quote_spanned!(here(self.span)=> #path::Offload::);
        let (open, close) = (Token![<](here(self.span)), Token![>](self.end));
        quote!(#arrow #offload #open #awaited #close)
    }
}

/// Whether the name of the type is that of a result: `Result<..>`, `io::Result<..>`, or an alias that ends with it.
pub(crate) fn is_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|segment| segment.ident.to_string().ends_with("Result"))
}

/// Whether the name of the type may be that of a future: `Fut`, `ReplyFuture<T>`, `Offload<T>`, the `JoinHandle<T>` of a task. (Checking
/// every type with the compiler would cost compile time for each function.)
pub(crate) fn may_be_future(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    let says_so = last.is_some_and(|last| {
        let name = last.ident.to_string();
        name.to_lowercase().contains("fut") || name == "Offload" || name == "JoinHandle"
    });
    says_so && find_opaque(ty).is_none()
}

/// Whether the attribute has generated this return type: people write no `::` before the arguments of a type.
pub(crate) fn is_offloaded(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            last.ident == "Offload" && arguments.colon2_token.is_some()
        }
        _ => false,
    })
}

pub(crate) fn check(output: &ReturnType, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    for found in borrow::all(ty) {
        errors.push(match found {
            Borrow::Reference(reference) => diagnostics::borrowed_return(reference),
            Borrow::Lifetime(lifetime) => diagnostics::hidden_borrow_in_return(lifetime),
            Borrow::Taken(lifetime) => diagnostics::taken_lifetime(lifetime),
        });
    }
    check_sized(ty, errors);
}

/// Refuses unsized values, also as arguments of types that need sized ones.
pub(crate) fn check_sized(ty: &Type, errors: &mut Errors) {
    for found in unsized_value::all(ty) {
        errors.push(diagnostics::unsized_value(&found));
    }
}

/// Refuses return types that cannot, or should not, be sent back from a thread.
pub(crate) fn check_travel(output: &ReturnType, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    if let Some(future) = future::find(ty) {
        errors.push(diagnostics::future_output(ty, future.yields));
    } else {
        check_object(ty, errors);
    }
}

/// Refuses a trait object that is not `Send`.
pub(crate) fn check_object(ty: &Type, errors: &mut Errors) {
    if let Some(stuck) = object::find(ty).filter(|_| unsized_value::all(ty).is_empty()) {
        errors.push(diagnostics::object_not_send(stuck.object, stuck.missing));
    }
}

/// Whether the type shows a borrow.
pub(crate) fn borrows(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if borrow::find(ty).is_some())
}

pub(crate) fn lower(sig: &Signature, path: &CratePath, name: Span) -> Output {
    let ReturnType::Type(arrow, ty) = &sig.output else {
        let unit = quote_spanned!(here(name)=> ());
        return Output {
            awaited: unit.clone(),
            passed: unit.clone(),
            declared: unit,
            span: name,
            end: sig.paren_token.span.close(),
            arrow: None,
        };
    };
    let (span, arrow) = (ty.span(), Some(*arrow));
    let last = ty.to_token_stream().into_iter().last();
    let end = last.map_or(span, |last| last.span());
    if let Type::Never(never) = borrow::peel(ty) {
        let path = path.at(span);
        let awaited = quote_spanned!(here(span)=> #path::Never);
        return Output {
            passed: awaited.clone(),
            awaited,
            declared: never.to_token_stream(),
            span,
            end,
            arrow,
        };
    }
    let inferred = without_opaque(ty).to_token_stream();
    Output {
        awaited: sendable(ty).to_token_stream(),
        declared: declared(ty, &inferred, path),
        passed: inferred,
        span,
        end,
        arrow,
    }
}

/// Output: `P::Type<R>`, for which rustc reports errors about `R` with the same text as in the signature.
fn declared(ty: &Type, inferred: &TokenStream, path: &CratePath) -> TokenStream {
    if !bare::is_in(ty) {
        return inferred.clone();
    }
    let span = here(ty.span());
    let path = path.at(span);
    quote_spanned!(span=> #path::Type<#inferred>)
}

/// The type with `+ Send + 'static` on every `impl Trait` in it.
pub(crate) fn sendable(ty: &Type) -> Type {
    bounded(ty, true)
}

/// The type with `+ 'static` on every `impl Trait` in it.
pub(crate) fn lasting(ty: &Type) -> Type {
    bounded(ty, false)
}

fn bounded(ty: &Type, travels: bool) -> Type {
    let mut ty = ty.clone();
    each_opaque(&mut ty, &mut |ty| {
        let span = here(ty.span());
        if let Type::ImplTrait(opaque) = ty {
            let send = travels.then(|| quote_spanned!(span=> ::core::marker::Send));
            let lasts = TypeParamBound::Lifetime(Lifetime::new("'static", span));
            let send = send.map(TypeParamBound::Verbatim);
            opaque.bounds.extend(send.into_iter().chain([lasts]));
        }
    });
    ty
}

/// The type with `_` for every `impl Trait` in it, which cannot be named inside the function.
pub(crate) fn without_opaque(ty: &Type) -> Type {
    let mut ty = ty.clone();
    each_opaque(&mut ty, &mut |ty| {
        let underscore_token = Token![_](ty.span());
        *ty = Type::Infer(TypeInfer {
            attrs: Vec::new(),
            underscore_token,
        });
    });
    ty
}

/// The type with a named type, usable by callers, in place of every `impl Trait` in it.
pub(crate) fn without_inference(ty: &Type) -> Type {
    let mut ty = ty.clone();
    each_opaque(&mut ty, &mut |ty| {
        if let Type::ImplTrait(opaque) = ty {
            *ty = stand_in::of(opaque);
        }
    });
    ty
}

fn each_opaque(ty: &mut Type, change: &mut dyn FnMut(&mut Type)) {
    match ty {
        Type::ImplTrait(_) => change(ty),
        Type::Array(array) => each_opaque(&mut array.elem, change),
        Type::Slice(slice) => each_opaque(&mut slice.elem, change),
        Type::Group(group) => each_opaque(&mut group.elem, change),
        Type::Paren(paren) => each_opaque(&mut paren.elem, change),
        Type::Reference(reference) => each_opaque(&mut reference.elem, change),
        Type::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|ty| each_opaque(ty, change)),
        Type::Path(path) => path.path.segments.iter_mut().for_each(|segment| {
            let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
                return;
            };
            for argument in &mut arguments.args {
                if let GenericArgument::Type(ty) = argument {
                    each_opaque(ty, change);
                }
            }
        }),
        _ => {}
    }
}

/// The first `impl Trait` that may hold a borrow of an argument: one without `use<..>`.
pub(crate) fn borrowing_opaque(output: &ReturnType) -> Option<TypeImplTrait> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let mut found = None;
    each_opaque(&mut ty.clone(), &mut |ty| {
        if let Type::ImplTrait(opaque) = ty {
            let captures =
                |bound: &TypeParamBound| matches!(bound, TypeParamBound::PreciseCapture(_));
            if found.is_none() && !opaque.bounds.iter().any(captures) {
                found = Some(opaque.clone());
            }
        }
    });
    found
}

/// The first `impl Trait` in a type.
pub(crate) fn find_opaque(ty: &Type) -> Option<TypeImplTrait> {
    let mut found = None;
    each_opaque(&mut ty.clone(), &mut |ty| {
        if let Type::ImplTrait(opaque) = ty {
            found.get_or_insert_with(|| opaque.clone());
        }
    });
    found
}

pub(crate) fn has_opaque(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if find_opaque(ty).is_some())
}
