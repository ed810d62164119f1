//! `#[offload] impl Type { .. }` and `#[offload] impl Trait for Type { .. }`: every method as if it had its own attribute.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ItemImpl};

use crate::diagnostics::{self, Errors};
use crate::model::scope::Scope;
use crate::parse::block::{Block, Head, Member};
use crate::parse::function::Function;
use crate::parse::method;
use crate::parse::naming::Added;
use crate::parse::options::Options;
use crate::tokens::{borrow, cfg};
use crate::{
    expand::{beside, each, fallback},
    model::{failures, failures::Catches, of_std, promises},
    parse::attribute,
};

/// Output: the block, with each method replaced by the asynchronous one and, with `blocking = _suffix`, the one as written.
pub(crate) fn expand(options: &Options, block: Block<ItemImpl>) -> TokenStream {
    let Block {
        mut head,
        mut members,
    } = block;
    let mut errors = options.errors.clone();
    let stays = options.asynchronous.is_some();
    if let Some(name) = of_std::implemented(&head, &members).filter(|_| !stays) {
        errors.push(diagnostics::trait_of_std(name));
        head.fill(head.brace_token, left(options, &mut members));
        return quote!(#errors #head);
    }
    let suffix = check_suffix(options, &head, &mut errors);
    check_head(&mut head, &members, &mut errors);
    check_left(&scope(&head), &members, &mut errors);
    let borrowed = check_type(&head, &members, &mut errors);
    let added = head.trait_.is_some() && options.asynchronous.is_some();
    let members = if added && scope(&head).awaits() {
        // The trait declares `async fn`s.
        let mut plain = options.clone();
        plain.asynchronous = None;
        replaced(&plain, &mut head, members, suffix, borrowed)
    } else if added {
        left(options, &mut members)
    } else {
        replaced(options, &mut head, members, suffix, borrowed)
    };
    head.fill(head.brace_token, members);
    quote!(#errors #head)
}

/// The members of a block that stays as it is, without our attribute.
fn left(options: &Options, members: &mut [Member]) -> TokenStream {
    let written = |member: &mut Member| {
        member.options(options, None);
        member.written()
    };
    members.iter_mut().map(written).collect()
}

/// The expanded members of a block.
fn replaced(
    options: &Options,
    head: &mut ItemImpl,
    members: Vec<Member>,
    suffix: Option<&Ident>,
    borrowed: bool,
) -> TokenStream {
    if head.trait_.is_some() {
        for name in parameters(head) {
            promises::promise(&mut head.generics, &name);
        }
    }
    let scope = scope(head);
    let each = members.into_iter().map(|member| match member {
        Member::Other(tokens) => tokens,
        Member::Function(function) if scope.keeps(&function) => function.written(),
        Member::Function(mut function) => {
            let earlier = attribute::take_earlier(&mut function.attrs);
            let options = method::options(options, suffix, &mut function);
            method(&options, *function, &earlier, &scope, borrowed)
        }
    });
    each.collect()
}

fn scope(head: &ItemImpl) -> Scope<'_> {
    match &head.trait_ {
        Some(_) if attribute::rewriting(&head.attrs).is_some() => Scope::OfMacro,
        Some(_) => Scope::OfTrait,
        None => Scope::Inherent(&head.self_ty, &head.generics),
    }
}

/// The expansion of a method, below the attributes that must be expanded before it.
fn method(
    options: &Options,
    function: Function,
    earlier: &[Attribute],
    scope: &Scope<'_>,
    borrowed: bool,
) -> TokenStream {
    let errors = || {
        let predicate = cfg::predicate(&function.attrs);
        options.errors.clone().of_item(predicate.as_ref())
    };
    if options.skips() {
        let (errors, written) = (errors(), function.written());
        return quote!(#(#earlier)* #written #errors);
    }
    if borrowed {
        return match &options.asynchronous {
            Some(added) => beside::refused(&errors(), options, added, &function, scope),
            None => fallback::expand(&errors(), options, &function, scope),
        };
    }
    if scope.awaits() {
        // The `async fn` awaits the call inside the span that the attribute creates, so the body runs inside it too.
        let asynchronous = each::expand(options, &function, scope);
        return quote!(#(#earlier)* #asynchronous);
    }
    if !earlier.is_empty() {
        return handed_on(options, function, earlier, scope);
    }
    each::expand(options, &function, scope)
}

/// Output: `#[instrument] #[P::offload(pool = IMAGES)] fn load(&self) { .. }`: a method with an attribute of its own, which
/// gets what the other attributes make of it.
fn handed_on(
    options: &Options,
    mut function: Function,
    earlier: &[Attribute],
    scope: &Scope<'_>,
) -> TokenStream {
    for name in scope.travelling(&function).names() {
        promises::promise(&mut function.sig.generics, name);
    }
    let errors = options.errors.clone();
    let errors = errors.of_item(cfg::predicate(&function.attrs).as_ref());
    let path = options.path.at(function.at);
    let catches = failures::on_block(&function.sig.output) != Catches::Never;
    let (written, function) = (options.written(catches), function.written());
    quote!(#errors #(#earlier)* #[#path::offload(#written)] #function)
}

fn parameters(head: &ItemImpl) -> Vec<Ident> {
    let parameters = head.generics.type_params();
    parameters
        .map(|parameter| parameter.ident.clone())
        .collect()
}

/// The value of `blocking` or `asynchronous` is a suffix here, for the name of each method.
fn check_suffix<'a>(
    options: &'a Options,
    head: &ItemImpl,
    errors: &mut Errors,
) -> Option<&'a Ident> {
    if let Some(key) = options.names_version().filter(|_| head.trait_.is_some()) {
        errors.push(match &options.asynchronous {
            Some(_) => diagnostics::misplaced_asynchronous(key),
            None => diagnostics::misplaced_blocking(key),
        });
        return None;
    }
    let suffix = match &options.asynchronous {
        Some(Added::Called(name)) => name,
        Some(Added::Misnamed) => return None,
        None => options.blocking.as_ref()?,
    };
    if !suffix.to_string().starts_with('_') {
        errors.push(match &options.asynchronous {
            Some(_) => diagnostics::asynchronous_not_a_suffix(suffix),
            None => diagnostics::blocking_not_a_suffix(suffix),
        });
        return None;
    }
    Some(suffix)
}

/// Finds mistakes of a block that do not depend on its methods.
pub(crate) fn check_head(head: &mut ItemImpl, members: &[Member], errors: &mut Errors) {
    for attr in attribute::take_options(&mut head.attrs) {
        errors.push(diagnostics::repeated_attribute(&attr));
    }
    if !members
        .iter()
        .any(|member| matches!(member, Member::Function(_)))
    {
        errors.push(diagnostics::empty_block(&head.impl_token.to_token_stream()));
    }
}

/// Refuses a block in which no method can be offloaded because all are `async`.
fn check_left(scope: &Scope<'_>, members: &[Member], errors: &mut Errors) {
    let stays = |member: &&Member| member.function().is_some_and(|it| scope.keeps(it));
    let offloads =
        |member: &Member| member.is_function() && !stays(&member) && member.skipped().is_none();
    let first = members.iter().find(stays).and_then(Member::function);
    let Some(function) = first.filter(|_| !members.iter().any(offloads)) else {
        return;
    };
    let mut found = Errors::default();
    if let Some(word) = function.sig.asyncness {
        found.push(diagnostics::only_async_methods(word));
    }
    errors.of_part(cfg::predicate(&function.attrs).as_ref(), found);
}

/// Refuses a type that borrows, if a method sends `self` to another thread. Returns whether it did.
pub(crate) fn check_type(head: &ItemImpl, members: &[Member], errors: &mut Errors) -> bool {
    let takes_self = members.iter().any(
        |member| matches!(member, Member::Function(function) if function.sig.receiver().is_some()),
    );
    let found = borrow::find(&head.self_ty).filter(|_| takes_self);
    if let Some(found) = &found {
        errors.push(diagnostics::borrowing_type(found.tokens()));
    }
    found.is_some()
}

/// The attributes of a block that generated items get too: `cfg` and lint levels.
pub(crate) fn carried(attrs: &[Attribute]) -> Vec<Attribute> {
    let names = ["cfg", "allow", "expect", "warn", "deny", "forbid"];
    let holds = |attr: &&Attribute| names.iter().any(|name| attr.path().is_ident(name));
    let kept: Vec<Attribute> = attrs.iter().filter(holds).cloned().collect();
    attribute::promised(&kept).collect()
}
