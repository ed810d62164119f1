//! The receiver of a method: how the call owns it and what the body sees as `self`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, Receiver, ReceiverKind, Token, Type};

use crate::diagnostics::{self, Errors};
use crate::tokens::borrow::{self, Borrow};

/// A receiver that can be sent to another thread.
pub(crate) struct Own<'a> {
    pub(crate) word: &'a Token![self],
    pub(crate) declared: TokenStream,
    /// Its name in the body.
    pub(crate) name: Ident,
    pub(crate) kind: Kind<'a>,
}

pub(crate) enum Kind<'a> {
    /// `self` and `&'static self`, or `self: Arc<Self>` with its type.
    Value {
        mutability: Option<Token![mut]>,
        ty: Option<&'a Type>,
    },
    /// `&self` or `mut self: &Arc<Self>`: the type behind the `&`.
    Borrowed {
        mutability: Option<Token![mut]>,
        ty: TokenStream,
        span: Span,
    },
    /// `self: Arc<Self>` of a blocking trait: the asynchronous trait is implemented for that `Arc`, and takes it by value.
    Shared,
    /// `&self` of a handle: the thread that owns the value lends it.
    Lent,
}

pub(crate) fn lower<'a>(receiver: &'a Receiver, name: Ident, errors: &mut Errors) -> Own<'a> {
    let word = &receiver.self_token;
    let kind = match &receiver.kind {
        ReceiverKind::Reference(_, _, Some(_)) => {
            errors.push(diagnostics::mutable_receiver(receiver));
            Kind::Value {
                mutability: None,
                ty: None,
            }
        }
        ReceiverKind::Reference(_, lifetime, _) if borrow::is_static(lifetime.as_ref()) => {
            Kind::Value {
                mutability: None,
                ty: None,
            }
        }
        ReceiverKind::Reference(..) => Kind::Borrowed {
            mutability: None,
            ty: quote_spanned!(word.span=> Self),
            span: word.span,
        },
        ReceiverKind::Typed(_, ty) => typed(receiver, ty, errors),
        _ => Kind::Value {
            mutability: receiver.mutability,
            ty: None,
        },
    };
    Own {
        word,
        name,
        declared: declared(receiver),
        kind,
    }
}

/// The receiver of a handle's method, which is always `&self`.
pub(crate) fn lent(receiver: &Receiver, name: Ident) -> Own<'_> {
    let word = &receiver.self_token;
    let and = Token![&](word.span);
    Own {
        word,
        name,
        declared: quote!(#and #word),
        kind: Kind::Lent,
    }
}

/// The receiver of a method that is implemented for the `Arc` that the blocking method takes. It takes the `Arc` by value too: with a
/// `&`, code that imports both traits would call the blocking one.
pub(crate) fn shared(receiver: &Receiver, name: Ident) -> Own<'_> {
    let word = &receiver.self_token;
    Own {
        word,
        name,
        declared: word.to_token_stream(),
        kind: Kind::Shared,
    }
}

/// Whether the receiver is `self: Arc<Self>`.
pub(crate) fn is_arc(receiver: &Receiver) -> bool {
    let ReceiverKind::Typed(_, ty) = &receiver.kind else {
        return false;
    };
    let Type::Path(path) = borrow::peel(ty) else {
        return false;
    };
    let Some(arguments) = borrow::arguments_of(&path.path, "Arc") else {
        return false;
    };
    let inner = match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => borrow::peel(inner),
        _ => return false,
    };
    matches!(inner, Type::Path(inner) if inner.path.is_ident("Self"))
}

fn typed<'a>(receiver: &'a Receiver, ty: &'a Type, errors: &mut Errors) -> Kind<'a> {
    if let Type::Reference(reference) = borrow::peel(ty) {
        if reference.mutability.is_some() {
            errors.push(diagnostics::mutable_receiver(receiver));
        } else if borrow::is_static(reference.lifetime.as_ref()) {
            let mutability = receiver.mutability;
            return Kind::Value {
                mutability,
                ty: Some(ty),
            };
        } else if let Some(found) = borrow::find(&reference.elem) {
            errors.push(diagnostics::borrowing_receiver(found.tokens()));
        }
        return Kind::Borrowed {
            mutability: receiver.mutability,
            ty: reference.elem.to_token_stream(),
            span: reference.elem.span(),
        };
    }
    match borrow::find(ty) {
        Some(Borrow::Reference(reference)) if reference.mutability.is_some() => {
            errors.push(diagnostics::mutable_receiver(receiver));
        }
        Some(found) => errors.push(diagnostics::borrowing_receiver(found.tokens())),
        None => {}
    }
    Kind::Value {
        mutability: receiver.mutability,
        ty: Some(ty),
    }
}

impl Own<'_> {
    /// Whether the blocking method takes the `Arc` itself.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.kind, Kind::Shared)
    }

    /// The `mut` of the receiver in the body.
    pub(crate) fn mutability(&self) -> Option<Token![mut]> {
        match self.kind {
            Kind::Value { mutability, .. } | Kind::Borrowed { mutability, .. } => mutability,
            Kind::Shared | Kind::Lent => None,
        }
    }

    /// Whether the body has a reference to the value that was sent.
    pub(crate) fn is_borrowed(&self) -> bool {
        matches!(self.kind, Kind::Borrowed { .. })
    }

    /// Whether another thread has the value and lends it there.
    pub(crate) fn is_lent(&self) -> bool {
        matches!(self.kind, Kind::Lent)
    }
}

/// The receiver in the signature: as written, but `mut` belongs to the body.
fn declared(receiver: &Receiver) -> TokenStream {
    let word = &receiver.self_token;
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, _) => quote!(#and #lifetime #word),
        ReceiverKind::Typed(colon, ty) => quote!(#word #colon #ty),
        _ => quote!(#word),
    }
}
