//! The surroundings of a function, as far as the attribute can see them, and the requirements that follow.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Generics, Lifetime, Receiver, ReceiverKind, Signature, Type};

use crate::diagnostics::{self, Errors};
use crate::model::receiver::{self, Own};
use crate::model::travelling::Around;
use crate::parse::function::Function;
use crate::{
    model::{generics, output, travelling},
    parse::attribute,
    tokens::{body, borrow, self_type, wording},
};

pub(crate) enum Scope<'a> {
    /// The attribute is on the function itself.
    Alone,
    /// It is on the `impl` block of this type, with these generics.
    Inherent(&'a Type, &'a Generics),
    /// It is on the `impl` block of a trait.
    OfTrait,
    /// It is on such a block, and a macro below it makes of each `async fn` what its trait declares: `#[async_trait]`.
    OfMacro,
    /// The function is a method of a handle. It calls the method of this type, on the thread that owns the value.
    OfHandle {
        ty: TokenStream,
        generics: &'a Generics,
        builds: Option<Builds>,
    },
    /// The function is a method of an offloaded trait. It calls the method of the blocking trait, by this path.
    Trait {
        path: TokenStream,
        /// The lifetimes that the trait declares.
        lifetimes: Vec<&'a Lifetime>,
    },
}

/// A constructor of a handle.
pub(crate) struct Builds {
    /// The type of the value that it builds.
    pub(crate) ty: TokenStream,
    /// Whether it returns that value, and not a `Result` or an `Option` of it.
    pub(crate) surely: bool,
}

impl Scope<'_> {
    /// Whether the annotated tokens are replaced, so that other attributes must be moved to the new ones.
    pub(crate) fn changes_function(&self) -> bool {
        !matches!(self, Self::OfHandle { .. } | Self::Trait { .. })
    }

    pub(crate) fn is_block(&self) -> bool {
        matches!(self, Self::Inherent(..) | Self::OfTrait | Self::OfMacro)
    }

    pub(crate) fn is_of_trait(&self) -> bool {
        matches!(self, Self::OfTrait | Self::OfMacro | Self::Trait { .. })
    }

    /// Whether the function is to be an `async fn` that awaits the call, for a macro to read.
    pub(crate) fn awaits(&self) -> bool {
        matches!(self, Self::OfMacro)
    }

    /// Whether the function is left unchanged for the other macro.
    pub(crate) fn keeps(&self, function: &Function) -> bool {
        let own = || attribute::has_options(&function.attrs);
        self.awaits() && function.sig.asyncness.is_some() && !own()
    }

    /// Whether `Self` may be a `dyn` trait, which a function cannot return.
    pub(crate) fn may_be_unsized(&self) -> bool {
        matches!(self, Self::Trait { .. })
    }

    pub(crate) fn may_refine(&self) -> bool {
        matches!(self, Self::Alone | Self::OfTrait)
    }

    /// Whether `Self` may be a type that borrows. The trait decides what an implementation returns.
    pub(crate) fn may_borrow(&self) -> bool {
        matches!(self, Self::Alone | Self::Inherent(..))
    }

    /// The path of the blocking version, if it is in another item than the asynchronous one.
    pub(crate) fn elsewhere(&self) -> Option<&TokenStream> {
        match self {
            Self::OfHandle { ty: path, .. } | Self::Trait { path, .. } => Some(path),
            _ => None,
        }
    }

    pub(crate) fn builds(&self) -> Option<&Builds> {
        match self {
            Self::OfHandle { builds, .. } => builds.as_ref(),
            _ => None,
        }
    }

    /// Refuses keywords before `fn` that the asynchronous function cannot have.
    pub(crate) fn check_keywords(&self, sig: &Signature, errors: &mut Errors) {
        let remedy = self.remedy();
        // A constructor of an owner stays as written; only the call of it is generated.
        if let Some(word) = sig.constness.filter(|_| self.builds().is_none()) {
            errors.push(match remedy {
                None => diagnostics::const_function(word),
                Some(remedy) => diagnostics::const_method(word, remedy),
            });
        }
        if let Some(word) = sig.asyncness {
            errors.push(match remedy {
                None => diagnostics::async_function(word),
                Some(remedy) => diagnostics::async_method(word, remedy),
            });
        }
        if let Some(abi) = &sig.abi {
            errors.push(diagnostics::extern_function(abi));
        }
    }

    /// The advice where to put a method that an annotated block cannot have.
    fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Alone => None,
            Self::Inherent(..) | Self::OfTrait | Self::OfHandle { .. } => {
                Some("write `#[offload(skip)]` on it: it then stays as it is")
            }
            Self::OfMacro => {
                Some("remove `#[offload]` from it: an `async fn` of this block stays as it is")
            }
            Self::Trait { .. } => Some("move it to a supertrait: `trait Store: StoreAsync`"),
        }
    }

    /// Refuses calls that are impossible on the value that replaces `self`.
    pub(crate) fn check_self(&self, function: &Function, errors: &mut Errors) {
        let sig = &function.sig;
        match self {
            // The way out of a keyword is to skip the function, too.
            Self::OfHandle { builds: None, .. }
                if sig.receiver().is_none()
                    && sig.constness.is_none()
                    && sig.asyncness.is_none() =>
            {
                errors.push(diagnostics::owner_without_receiver(&sig.ident));
            }
            Self::Trait { lifetimes, .. } => check_shared(function, lifetimes, errors),
            _ => {}
        }
        if self.elsewhere().is_some() {
            // Borrows that can be seen directly have been reported already.
            let hidden = sig.receiver().is_some() && !output::borrows(&sig.output);
            if let Some(ty) = output::borrowing_opaque(&sig.output).filter(|_| hidden) {
                errors.push(diagnostics::opaque_of_value(ty));
            }
            let arguments = function.typed().map(|argument| argument.attrs.as_slice());
            let parameters = generics::chosen(&sig.generics).map(generics::attrs);
            for cfg in arguments.chain(parameters).flat_map(attribute::cfgs) {
                errors.push(diagnostics::chosen_argument(cfg));
            }
        }
    }

    pub(crate) fn receiver<'r>(
        &self,
        receiver: &'r Receiver,
        name: Ident,
        method: &Ident,
        errors: &mut Errors,
    ) -> Own<'r> {
        match self {
            Self::Inherent(ty, _)
                if matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))) =>
            {
                let handle = wording::handle(ty);
                errors.push(diagnostics::mutable_receiver_of_block(receiver, &handle));
                receiver::lower(receiver, name, &mut Errors::default())
            }
            Self::OfTrait | Self::OfMacro
                if matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))) =>
            {
                errors.push(diagnostics::mutable_receiver_of_trait(receiver));
                receiver::lower(receiver, name, &mut Errors::default())
            }
            Self::OfHandle { ty, .. } => {
                if !borrows_self(receiver, true) {
                    errors.push(diagnostics::owner_receiver(
                        receiver,
                        &wording::show(ty),
                        method,
                    ));
                }
                receiver::lent(receiver, name)
            }
            Self::Trait { .. } if receiver::is_arc(receiver) => receiver::shared(receiver, name),
            Self::Trait { .. } if !borrows_self(receiver, false) => {
                errors.push(diagnostics::trait_receiver(receiver));
                receiver::lower(receiver, name, &mut Errors::default())
            }
            _ => receiver::lower(receiver, name, errors),
        }
    }

    /// The type parameters of the block that the function needs on the other thread.
    pub(crate) fn travelling(&self, function: &Function) -> Around {
        let (generics, whole) = match self {
            Self::Inherent(_, generics) => (generics, true),
            Self::OfHandle { generics, .. } => (generics, false),
            Self::Alone => return travelling::around(function),
            _ => return Around::Known(Vec::new()),
        };
        let (sig, inside) = (&function.sig, function.body_tokens());
        let (inputs, output) = (&sig.inputs, &sig.output);
        let of_self = sig.receiver().is_some()
            || body::names_self_type(quote!(#inputs #output))
            || body::names_self_type(inside.clone());
        let needs = |name: &Ident| {
            whole && of_self || body::mentions(quote!(#inputs #output #inside), name)
        };
        let names = generics.type_params().map(|parameter| &parameter.ident);
        Around::Known(names.filter(|name| needs(name)).cloned().collect())
    }
}

/// Refuses requirements that a method cannot have when it is called through an `Arc<T>`.
fn check_shared(function: &Function, lifetimes: &[&Lifetime], errors: &mut Errors) {
    let sig = &function.sig;
    if sig.receiver().is_none() {
        errors.push(diagnostics::trait_without_receiver(&sig.ident));
        return;
    }
    let types: TokenStream = function
        .typed()
        .map(|argument| argument.ty.to_token_stream())
        .collect();
    let output = &sig.output;
    if let Some(word) = self_type::find_bare(quote!(#types #output)) {
        errors.push(diagnostics::trait_self_type(&word));
    } else if let Some(bounds) = &sig.generics.where_clause {
        if let Some(word) = self_type::find_bare(bounds.to_token_stream()) {
            errors.push(diagnostics::trait_self_bound(&word));
        }
    }
    for argument in function.typed() {
        if let Some(lifetime) = borrow::direct(&argument.ty) {
            if lifetimes.contains(&lifetime) {
                errors.push(diagnostics::trait_lifetime(lifetime));
            }
        }
    }
}

/// Whether the receiver is `&self`, or `&mut self` where that is possible.
fn borrows_self(receiver: &Receiver, mutably: bool) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutably || mutability.is_none(),
        ReceiverKind::Typed(_, ty) => match borrow::peel(ty) {
            Type::Reference(reference) => {
                let ty = borrow::peel(&reference.elem);
                let bare = matches!(ty, Type::Path(path) if path.path.is_ident("Self"));
                bare && (mutably || reference.mutability.is_none())
            }
            _ => false,
        },
        _ => false,
    }
}
