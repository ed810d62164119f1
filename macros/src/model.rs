//! The meaning of an annotated function, and the only judge of it. A `Model` that exists can be expanded.

use std::collections::HashSet;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, FnArg, Ident, PatType, Safety};

use crate::argument::{self, Argument};
use crate::crate_path::{CratePath, here};
use crate::diagnostics::{self, Errors};
use crate::generics::{self, Owned};
use crate::item::{Function, Item, Reason};
use crate::options::Options;
use crate::output::{self, Output};
use crate::receiver;
use crate::{attribute, body};

pub(crate) struct Model<'a> {
    pub(crate) function: &'a Function,
    pub(crate) path: &'a CratePath,
    pub(crate) place: Option<&'a Expr>,
    pub(crate) receiver: Option<receiver::Own<'a>>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) output: Output,
    /// The type parameters that an argument of their own replaces.
    pub(crate) owned: Vec<Owned>,
    pub(crate) twin: Twin<'a>,
}

/// The blocking version beside the asynchronous one.
pub(crate) enum Twin<'a> {
    None,
    /// The body calls it as `Self::name`.
    Called(&'a Ident),
    /// The macro cannot know its path, so the body is there twice.
    Repeated(&'a Ident),
}

pub(crate) fn lower<'a>(options: &'a Options, item: &'a Item) -> Result<Model<'a>, Errors> {
    let mut errors = options.errors.clone();
    let function = match item {
        Item::Function(function) => function,
        Item::Other(other) => {
            errors.push(match &other.reason {
                Reason::Kind(keyword, kind) => diagnostics::wrong_item(keyword, kind),
                Reason::Unreadable(error) => error.clone(),
            });
            return Err(errors);
        }
    };
    judge_twin_name(options, function, &mut errors);
    attribute::judge(&function.attrs, &mut errors);
    judge_keywords(function, &mut errors);
    let owned = generics::owned(function);
    let (receiver, arguments) = inputs(function, &owned, &mut errors);
    if let Some(variadic) = &function.sig.variadic {
        errors.push(diagnostics::variadic_function(variadic));
    }
    output::judge(&function.sig.output, &mut errors);
    if function.body.is_none() {
        errors.push(diagnostics::missing_body(function));
    }
    let twin = twin(options, function, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let output = output::lower(&function.sig.output, &options.path, function.name().span());
    let (path, place) = (&options.path, options.place.as_ref());
    Ok(Model {
        function,
        path,
        place,
        receiver,
        arguments,
        output,
        owned,
        twin,
    })
}

fn judge_twin_name(options: &Options, function: &Function, errors: &mut Errors) {
    if let Some(name) = options
        .blocking
        .as_ref()
        .filter(|name| *name == function.name())
    {
        errors.push(diagnostics::blocking_own_name(name));
    }
}

/// The words before `fn` that promise what the asynchronous function cannot keep.
fn judge_keywords(function: &Function, errors: &mut Errors) {
    let sig = &function.sig;
    if let Some(word) = sig.constness {
        errors.push(diagnostics::const_function(word));
    }
    if let Some(word) = sig.asyncness {
        errors.push(diagnostics::async_function(word));
    }
    if let Some(abi) = &sig.abi {
        errors.push(diagnostics::extern_function(abi));
    }
}

/// The receiver and the arguments, in the order of the source.
fn inputs<'a>(
    function: &'a Function,
    owned: &[Owned],
    errors: &mut Errors,
) -> (Option<receiver::Own<'a>>, Vec<Argument>) {
    let mut found = None;
    let mut arguments = Vec::new();
    let mut names = HashSet::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let name = function.fresh("__self", receiver.self_token.span);
                found = Some(receiver::lower(receiver, name, errors));
            }
            FnArg::Typed(argument) => {
                argument::judge_names(argument, &mut names, errors);
                let start = format!("__arg{}", arguments.len());
                let fresh = || function.fresh(&start, here(argument.pat.span()));
                arguments.push(argument::lower(argument, fresh, owned, errors));
            }
        }
    }
    (found, arguments)
}

/// The arguments without the receiver.
pub(crate) fn typed(function: &Function) -> impl Iterator<Item = &PatType> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

fn twin<'a>(options: &'a Options, function: &Function, errors: &mut Errors) -> Twin<'a> {
    let Some(name) = &options.blocking else {
        return Twin::None;
    };
    let sig = &function.sig;
    let method = sig.receiver().is_some()
        || body::names_self_type(sig.to_token_stream())
        || body::names_self_type(function.body_tokens());
    let chosen = typed(function).any(|argument| !attribute::split(&argument.attrs).0.is_empty());
    if method && !chosen {
        return Twin::Called(name);
    }
    if let Some(found) = body::find_static(function.body_tokens()) {
        errors.push(diagnostics::repeated_static(&found));
    }
    Twin::Repeated(name)
}

impl Model<'_> {
    pub(crate) fn is_unsafe(&self) -> bool {
        matches!(self.function.sig.safety, Safety::Unsafe(_))
    }
}
