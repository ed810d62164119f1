//! `#[offload(blocking = BlockingStore)] trait Store { .. }`: the blocking trait as written, an asynchronous one, and an implementation
//! of the latter for `Arc<T>`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, GenericParam, Generics, ItemTrait, Token, Type, TypeParamBound, WherePredicate,
};

use crate::model::scope::Scope;
use crate::parse::block::{Block, Head, Member};
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::parse::naming::Added;
use crate::parse::options::Options;
use crate::tokens::self_type::SelfType;
use crate::{
    expand::{
        associated::{self, InBoth},
        blocking, fallback, function, impl_block, lints, mended, trait_checks,
    },
    model::{self, generics, promises},
    parse::attribute,
    tokens::body,
};

/// Output: `trait BlockingStore { .. }`, `trait Store { .. }`, `impl<T> Store for Arc<T> where T: BlockingStore + .. { .. }`
pub(crate) fn expand(options: &Options, block: Block<ItemTrait>) -> TokenStream {
    let Block {
        mut head,
        mut members,
    } = block;
    let mut errors = options.errors.clone();
    if let Some(error) = trait_checks::asynchronous(&head, &members) {
        errors.push(error);
        let written = written(options, &head, &mut members);
        return quote!(#errors #written);
    }
    trait_checks::check(options, &mut head, &members, &mut errors);
    let options = &mut options.clone();
    let added = options.asynchronous.take();
    let of_methods: Vec<_> = members
        .iter_mut()
        .map(|member| member.options(options, None))
        .collect();
    let blocking = blocking(&head, options, &members);
    let name = match added {
        Some(Added::Called(name)) => Some(std::mem::replace(&mut head.ident, name)),
        Some(Added::Misnamed) => None,
        None => options.blocking.clone(),
    };
    let Some(name) = name.filter(|name| *name != head.ident) else {
        return quote!(#errors #blocking);
    };
    let pair = Pair::new(&head, &name, &members);
    let beside = pair.expand(options, &members, &of_methods);
    quote!(#errors #blocking #beside)
}

/// The trait as written, under its own name, without the options on its methods.
fn written(options: &Options, head: &ItemTrait, members: &mut [Member]) -> TokenStream {
    let mut nameless = options.clone();
    nameless.blocking = None;
    for member in &mut *members {
        member.options(&nameless, None);
    }
    blocking(head, &nameless, members)
}

/// The trait as written, under the name of the blocking one if that is valid.
fn blocking(head: &ItemTrait, options: &Options, members: &[Member]) -> TokenStream {
    let mut head = head.clone();
    let name = options.blocking.iter().find(|name| **name != head.ident);
    head.ident = name.unwrap_or(&head.ident).clone();
    let members = members.iter().map(mended::member).collect();
    head.fill(head.brace_token, members);
    head.to_token_stream()
}

/// The two traits.
struct Pair<'a> {
    head: &'a ItemTrait,
    /// The blocking trait with its arguments: `BlockingStore<K>`.
    blocking: TokenStream,
    /// The type that implements it: `T`.
    blocker: Ident,
    scope: Scope<'a>,
}

impl<'a> Pair<'a> {
    fn new(head: &'a ItemTrait, name: &Ident, members: &[Member]) -> Self {
        let blocker = blocker(head, name, members);
        let (_, arguments, _) = head.generics.split_for_impl();
        let blocking = quote!(#name #arguments);
        let path = quote_spanned!(here(name.span())=> <#blocker as #blocking>);
        let lifetimes = head.generics.lifetimes();
        let lifetimes = lifetimes.map(|declared| &declared.lifetime).collect();
        Self {
            head,
            blocking,
            blocker,
            scope: Scope::Trait { path, lifetimes },
        }
    }

    /// The asynchronous trait, and its implementation for `Arc<T>`.
    fn expand(
        &self,
        options: &Options,
        members: &[Member],
        of_methods: &[Option<Options>],
    ) -> TokenStream {
        let (mut declared, mut defined) = (TokenStream::new(), TokenStream::new());
        for (member, options) in members.iter().zip(of_methods) {
            let both = match (member, options) {
                (Member::Function(function), Some(options)) => self.method(options, function),
                _ => associated::item(member, &self.blocker, &self.blocking),
            };
            declared.extend(both.declared);
            defined.extend(both.defined);
        }
        let asynchronous = self.asynchronous(declared);
        let implementation = self.implementation(options, members, &defined);
        quote!(#asynchronous #implementation)
    }

    fn method(&self, options: &Options, written: &Function) -> InBoth {
        let mut function = written.clone();
        function.attrs = attribute::declared(&function.attrs);
        function.body = Some(blocking::empty_body());
        match model::lower(options, &function, &self.scope) {
            Ok(model) => InBoth {
                declared: function::declaration(&model),
                defined: function::definition(&model),
            },
            Err(errors) => InBoth {
                declared: fallback::declaration(options, &function, &self.scope),
                defined: fallback::expand(&errors, options, &function, &self.scope),
            },
        }
    }

    /// Output: `pub trait Store<K>: Send { .. }`. Supertraits of the user's own stay with the blocking trait: `Arc<T>` does
    /// not have them.
    fn asynchronous(&self, declared: TokenStream) -> TokenStream {
        let mut head = self.head.clone();
        head.attrs = attrs(&head.attrs);
        let supertraits = std::mem::take(&mut head.supertraits);
        head.supertraits = supertraits.into_iter().filter(is_marker).collect();
        if head.supertraits.is_empty() {
            head.colon_token = None;
        }
        head.generics.where_clause = bounds(&head.generics, |predicate| !is_about_self(predicate));
        head.fill(head.brace_token, declared);
        head.to_token_stream()
    }

    /// Output: `impl<K, T> Store<K> for P::Arc<T> where T: BlockingStore<K> + ?Sized + Send + Sync + 'static, .. { .. }`
    fn implementation(
        &self,
        options: &Options,
        members: &[Member],
        defined: &TokenStream,
    ) -> TokenStream {
        let (head, blocker, blocking) = (self.head, &self.blocker, &self.blocking);
        let (name, unsafety) = (&head.ident, &head.unsafety);
        let span = here(name.span());
        let path = options.path.at(name.span());
        let (mut generics, predicates) = self.promises();
        let travelling = associated::travelling(members).map(|item| {
            quote_spanned!(span=> <#blocker as #blocking>::#item: ::core::marker::Send + 'static)
        });
        generics
            .params
            .push(GenericParam::Type(blocker.clone().into()));
        let (generics, _, _) = generics.split_for_impl();
        let (_, arguments, _) = head.generics.split_for_impl();
        let attrs = impl_block::carried(&head.attrs);
        let allowed = lints::of_deprecated(&head.attrs);
        quote_spanned! {span=>
            #(#attrs)* #allowed
            #unsafety impl #generics #name #arguments for #path::Arc<#blocker>
            where
                #blocker: #blocking + ?::core::marker::Sized + ::core::marker::Send
                    + ::core::marker::Sync + 'static,
                #(#predicates,)*
                #(#travelling,)*
            {
                #defined
            }
        }
    }

    /// The generics of the implementation, and its `where` clause, in which `Self` is the type that implements the blocking
    /// trait.
    fn promises(&self) -> (Generics, Vec<WherePredicate>) {
        let mut generics = self.head.generics.clone();
        for parameter in self.head.generics.type_params() {
            promises::promise(&mut generics, &parameter.ident);
        }
        let value = Type::Verbatim(self.blocker.to_token_stream());
        let clause = generics.where_clause.take();
        let mut predicates: Vec<_> = clause
            .into_iter()
            .flat_map(|clause| clause.predicates)
            .collect();
        for predicate in &mut predicates {
            SelfType(&value).replace(predicate);
        }
        (generics, predicates)
    }
}

/// A name for the type that implements the blocking trait, which nothing else in the trait has.
fn blocker(head: &ItemTrait, blocking: &Ident, members: &[Member]) -> Ident {
    let inside: TokenStream = members.iter().map(Member::written).collect();
    let mut name = "T".to_owned();
    while body::mentions(quote!(#head #blocking #inside), name.as_str()) {
        name.push('_');
    }
    Ident::new(&name, here(head.ident.span()))
}

/// The attributes that both traits get: docs, `cfg` and lint levels.
fn attrs(attrs: &[Attribute]) -> Vec<Attribute> {
    let names = ["doc", "deprecated", "must_use"];
    let said = |attr: &&Attribute| names.iter().any(|name| attr.path().is_ident(name));
    let said = attrs.iter().filter(said).cloned();
    said.chain(impl_block::carried(attrs)).collect()
}

/// Whether `Arc<T>` implements the supertrait if `T` does, judged by its name.
fn is_marker(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
            ["Send", "Sync", "Debug", "Display"]
                .iter()
                .any(|name| last.ident == name)
        }),
        TypeParamBound::Lifetime(lifetime) => lifetime.ident == "static",
        _ => false,
    }
}

fn is_about_self(predicate: &WherePredicate) -> bool {
    matches!(predicate, WherePredicate::Type(predicate) if generics::is_parameter(
        &predicate.bounded_ty,
        &Ident::from(Token![Self](proc_macro2::Span::call_site())),
    ))
}

/// The `where` clause with the `wanted` predicates only.
fn bounds(
    generics: &Generics,
    wanted: impl Fn(&WherePredicate) -> bool,
) -> Option<syn::WhereClause> {
    let mut clause = generics.where_clause.clone()?;
    let predicates: Punctuated<_, _> = clause.predicates.into_iter().filter(wanted).collect();
    clause.predicates = predicates;
    (!clause.predicates.is_empty()).then_some(clause)
}
