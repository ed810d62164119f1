//! `#[offload(owner = DbHandle)] impl Db { .. }`: a handle whose methods run on the one thread that owns the value.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, GenericArgument, ItemImpl, PathArguments, ReturnType, Token, Type, WhereClause,
};

use crate::diagnostics;
use crate::model::scope::{Builds, Scope};
use crate::parse::block::{Block, Head, Member};
use crate::parse::crate_path::here;
use crate::parse::function::Function;
use crate::parse::method;
use crate::parse::naming::HandleName;
use crate::parse::options::Options;
use crate::tokens::{borrow, self_type::SelfType};
use crate::{
    expand::{blocking, each, impl_block, lints},
    model::promises,
    parse::attribute,
    tokens::wording,
};

/// Output: the block as written, the handle, its methods, and the traits of every handle.
pub(crate) fn expand(options: &Options, block: Block<ItemImpl>) -> TokenStream {
    let Block {
        mut head,
        mut members,
    } = block;
    let mut errors = options.errors.clone();
    if let Some(key) = options.key("owner").filter(|_| head.trait_.is_some()) {
        errors.push(diagnostics::misplaced_owner(key));
    }
    impl_block::check_head(&mut head, &members, &mut errors);
    for member in &mut members {
        member.set_aside();
        member.refuse_options(options.key("owner"), &mut errors);
    }
    let offered: Vec<_> = members.iter().filter_map(Member::offered).collect();
    let handle = options.owner.as_ref();
    if let Some(handle) = handle.filter(|_| offered.is_empty() && errors.is_empty()) {
        errors.push(diagnostics::empty_handle(&handle.name));
    }
    let own_name = |handle: &&HandleName| !is_named(&head.self_ty, &handle.name);
    if let Some(handle) = handle.filter(|handle| !own_name(handle)) {
        errors.push(diagnostics::owner_own_name(&handle.name, &handle.vis));
    }
    let handle = handle.filter(own_name);
    let borrowed = impl_block::check_type(&head, &members, &mut errors);
    let handle = handle.filter(|_| !borrowed && head.trait_.is_none());
    let beside = handle.map(|handle| {
        let methods = offered
            .iter()
            .map(|function| method(options, &head, function));
        beside(options, handle, &head, &methods.collect())
    });
    let written = members.iter().map(written).collect();
    head.fill(head.brace_token, written);
    quote!(#errors #head #beside)
}

/// The member as written. Its call cannot be `const`, so it needs no lint that asks for that.
fn written(member: &Member) -> TokenStream {
    let allowed = member.offered().and_then(lints::of_written);
    let written = member.written();
    quote!(#allowed #written)
}

/// Whether the type is spelled by that name alone.
fn is_named(ty: &Type, name: &Ident) -> bool {
    match borrow::peel(ty) {
        Type::Path(path) => {
            let segments = &path.path.segments;
            segments.len() == 1 && segments.iter().all(|segment| segment.ident == *name)
        }
        _ => false,
    }
}

/// Output: `pub fn query(&self, sql: &str) -> P::Offload<Rows> { P::call2::<..>(SITE, P::on_owner(&self.owner), ..) }`
fn method(options: &Options, head: &ItemImpl, function: &Function) -> TokenStream {
    let value = SelfType(&head.self_ty);
    let mut function = function.clone();
    function.attrs = attribute::accepted(&function.attrs).cloned().collect();
    function.body = function.body.map(|_| blocking::empty_body());
    let mut builds = None;
    let mut output = std::mem::replace(&mut function.sig.output, ReturnType::Default);
    if function.sig.receiver().is_none() {
        builds = constructor(&value, &mut output);
    }
    value.write_out(&mut function.sig);
    match builds {
        Some(_) => function.sig.output = output,
        None => function.sig.output = value.written_out(output),
    }
    let scope = Scope::OfHandle {
        ty: value.path(),
        generics: &head.generics,
        builds,
    };
    let options = method::options(options, None, &mut function);
    each::expand(&options, &function, &scope)
}

/// A function is a constructor if it returns the value, or a type whose first argument is the value. The handle replaces the value there.
fn constructor(value: &SelfType<'_>, output: &mut ReturnType) -> Option<Builds> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let surely = value.is(ty);
    let built = if surely {
        &mut **ty
    } else {
        first_argument(ty).filter(|ty| value.is(ty))?
    };
    let word = Token![Self](built.span());
    *built = Type::Verbatim(word.to_token_stream());
    let ty = value.0.to_token_stream();
    Some(Builds { ty, surely })
}

/// In these containers of std no single thread could own the value.
fn first_argument(ty: &mut Type) -> Option<&mut Type> {
    let containers = [
        "Arc", "Box", "Cell", "Cow", "Mutex", "OnceCell", "OnceLock", "Pin", "Rc", "RefCell",
        "RwLock", "Vec", "VecDeque", "Weak",
    ];
    let path = match ty {
        Type::Path(path) => path,
        Type::Group(group) => return first_argument(&mut group.elem),
        Type::Paren(paren) => return first_argument(&mut paren.elem),
        _ => return None,
    };
    let last = path.path.segments.last_mut()?;
    if containers.iter().any(|name| last.ident == name) {
        return None;
    }
    match &mut last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first_mut()? {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// Output: `struct DbHandle { owner: P::Owner<Db> }`, its methods, `Clone`, `Debug`, and `From<P::Owner<Db>>` for a value
/// that was built in another way.
fn beside(
    options: &Options,
    handle: &HandleName,
    head: &ItemImpl,
    methods: &TokenStream,
) -> TokenStream {
    let HandleName { vis, name } = handle;
    let span = here(name.span());
    let (path, value) = (options.path.at(name.span()), &head.self_ty);
    let (docs, attrs) = (docs(head), impl_block::carried(&head.attrs));
    let attrs = quote!(#(#attrs)*);
    let (parameters, bounds) = (&head.generics, &head.generics.where_clause);
    let (generics, arguments, _) = parameters.split_for_impl();
    let lasting = lasting(head);
    quote_spanned! {span=>
        #docs #attrs
        #vis struct #name #parameters #bounds {
            owner: #path::Owner<#value>,
        }

        #attrs
        impl #generics #name #arguments #lasting {
            #methods
        }

        #attrs
        impl #generics ::core::clone::Clone for #name #arguments #bounds {
            fn clone(&self) -> Self {
                Self { owner: ::core::clone::Clone::clone(&self.owner) }
            }
        }

        #attrs
        impl #generics ::core::fmt::Debug for #name #arguments #bounds {
            fn fmt(&self, __offload_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.owner, __offload_f)
            }
        }

        #attrs
        impl #generics ::core::convert::From<#path::Owner<#value>> for #name #arguments #bounds {
            fn from(__offload_owner: #path::Owner<#value>) -> Self {
                Self { owner: __offload_owner }
            }
        }

        #attrs
        impl #generics ::core::convert::From<#name #arguments> for #path::Owner<#value> #bounds {
            fn from(__offload_handle: #name #arguments) -> Self {
                __offload_handle.owner
            }
        }
    }
}

/// The docs of the block, or general docs.
fn docs(head: &ItemImpl) -> TokenStream {
    let docs: Vec<&Attribute> = head
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .collect();
    if !docs.is_empty() {
        return quote!(#(#docs)*);
    }
    let value = wording::show(&head.self_ty);
    let text =
        format!(" A handle to one thread that owns a `{value}`. Its clones reach the same one.");
    quote!(#[doc = #text])
}

/// The bounds of the block, and `'static` for its type parameters.
fn lasting(head: &ItemImpl) -> Option<WhereClause> {
    let mut generics = head.generics.clone();
    for parameter in head.generics.type_params() {
        promises::promise_lasting(&mut generics, &parameter.ident);
    }
    generics.where_clause
}
