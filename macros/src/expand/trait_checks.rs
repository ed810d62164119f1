//! Mistakes of an offloaded trait that do not depend on its methods.

use syn::{Error, ItemTrait};

use crate::diagnostics::{self, Errors};
use crate::parse::attribute;
use crate::parse::block::Member;
use crate::parse::naming::Added;
use crate::parse::options::Options;

pub(crate) fn check(
    options: &Options,
    head: &mut ItemTrait,
    members: &[Member],
    errors: &mut Errors,
) {
    if let Some(key) = options.key("owner") {
        errors.push(diagnostics::misplaced_owner(key));
    }
    match &options.blocking {
        Some(name) if *name == head.ident => {
            errors.push(diagnostics::blocking_own_name(
                name,
                "trait",
                &format!("Blocking{name}"),
            ));
        }
        None if options.names_version().or(options.key("owner")).is_none() => {
            errors.push(diagnostics::trait_without_blocking(&head.ident));
        }
        _ => {}
    }
    if let Some(Added::Called(name)) = options.asynchronous.as_ref() {
        if *name == head.ident {
            let example = format!("Async{name}");
            errors.push(diagnostics::asynchronous_own_name(name, "trait", &example));
        }
    }
    for attr in attribute::take_options(&mut head.attrs) {
        errors.push(diagnostics::repeated_attribute(&attr));
    }
    if !members.iter().any(Member::is_function) {
        errors.push(diagnostics::empty_block(&head.trait_token));
    }
}

/// A trait of `async fn`s that another macro rewrites: only its implementations can be offloaded.
pub(crate) fn asynchronous(head: &ItemTrait, members: &[Member]) -> Option<Error> {
    let mut functions = members.iter().filter_map(Member::function);
    let any = functions.any(|function| function.sig.asyncness.is_some());
    let attr = attribute::rewriting(&head.attrs).filter(|_| any)?;
    Some(diagnostics::asynchronous_trait(attr))
}
