//! The meaning of an annotated function. A `Model` that exists can be expanded.
//!
//! - Signature: `receiver` and `argument` are the inputs, `output` is the result.
//! - Bounds that the generic parameters need: `generics`, `lifetimes`, `promises`, `travelling`, `shared`, `unsized_parameters`.
//! - Surroundings: `scope` is the block or trait around the function; `of_std` knows traits of std that cannot be implemented so.
//! - Options: `blocking`, `failures`, `remote`.
//!
//! May import `parse`, `diagnostics` and `tokens`. The only place that checks: it pushes mistakes and builds no tokens.

pub(crate) mod argument;
pub(crate) mod blocking;
pub(crate) mod failures;
pub(crate) mod generics;
pub(crate) mod lifetimes;
pub(crate) mod of_std;
pub(crate) mod output;
pub(crate) mod promises;
pub(crate) mod receiver;
pub(crate) mod remote;
pub(crate) mod scope;
pub(crate) mod shared;
pub(crate) mod travelling;
pub(crate) mod unsized_parameters;

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, FnArg, Safety};

use crate::diagnostics::{self, Errors};
use crate::model::argument::Argument;
use crate::model::blocking::BlockingVersion;
use crate::model::failures::Catches;
use crate::model::generics::Owned;
use crate::model::output::Output;
use crate::model::scope::{Builds, Scope};
use crate::model::travelling::Around;
use crate::parse::crate_path::{CratePath, here};
use crate::parse::function::Function;
use crate::parse::options::{Catch, Options};
use crate::{parse::attribute, tokens::cfg};

pub(crate) struct Model<'a> {
    pub(crate) function: &'a Function,
    pub(crate) path: &'a CratePath,
    pub(crate) place: Option<&'a Expr>,
    pub(crate) remote: Option<&'a Expr>,
    pub(crate) receiver: Option<receiver::Own<'a>>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) output: Output,
    /// The type parameters that an argument of their own replaces.
    pub(crate) owned: Vec<Owned>,
    /// The type parameters around the function whose values are sent to another thread.
    pub(crate) around: Around,
    pub(crate) blocking: BlockingVersion<'a>,
    /// Whether this is a constructor, which runs on the thread it gives its value to.
    pub(crate) builds: Option<&'a Builds>,
    /// Whether failures of the call become errors of the function.
    pub(crate) catches: Catches,
    /// Whether a trait may declare something more general.
    pub(crate) may_refine: bool,
    /// Whether the function is an `async fn` that awaits the call.
    pub(crate) awaits: bool,
}

pub(crate) fn lower<'a>(
    options: &'a Options,
    function: &'a Function,
    scope: &'a Scope<'_>,
) -> Result<Model<'a>, Errors> {
    let mut errors = options.errors.clone();
    if function.boxed().is_some() {
        // The return type was boxed by another macro, so what the user wrote is unknown.
        errors.push(diagnostics::boxed_before(function.name()));
        return Err(errors);
    }
    check_options(options, function, scope, &mut errors);
    check_surroundings(function, scope, &mut errors);
    let owned = generics::owned(function);
    let (receiver, arguments) = inputs(options, function, scope, &owned, &mut errors);
    check_signature(options, function, scope, &owned, &mut errors);
    let blocking = blocking::of(options, function, scope, &mut errors);
    if !errors.is_empty() {
        return Err(errors.of_item(cfg::predicate(&function.attrs).as_ref()));
    }
    let output = output::lower(&function.sig, &options.path, function.at);
    Ok(Model {
        function,
        path: &options.path,
        place: options.place.as_ref(),
        remote: options.remote.as_ref(),
        receiver,
        arguments,
        output,
        owned,
        around: scope.travelling(function),
        blocking,
        builds: scope.builds(),
        catches: catches(options, function, scope),
        may_refine: scope.may_refine(),
        awaits: scope.awaits(),
    })
}

/// Attributes, keywords and uses of `Self` that are mistakes only in this surrounding.
fn check_surroundings(function: &Function, scope: &Scope<'_>, errors: &mut Errors) {
    if scope.changes_function() {
        attribute::check(&function.attrs, errors);
    }
    if !(scope.changes_function() && attribute::makes_start(&function.attrs)) {
        scope.check_keywords(&function.sig, errors);
    }
    scope.check_self(function, errors);
}

/// Finds mistakes of the arguments together, of the output and of the body.
fn check_signature(
    options: &Options,
    function: &Function,
    scope: &Scope<'_>,
    owned: &[Owned],
    errors: &mut Errors,
) {
    check_arguments(options, function, owned, errors);
    if scope.may_borrow() {
        lifetimes::check_self(function, errors);
    }
    check_output(options, function, scope, errors);
    check_body(function, errors);
}

/// Finds mistakes that only the arguments together make.
fn check_arguments(options: &Options, function: &Function, owned: &[Owned], errors: &mut Errors) {
    if let Some(variadic) = &function.sig.variadic {
        errors.push(diagnostics::variadic_function(variadic));
    }
    lifetimes::check(function, errors);
    if !options.wants_remote() {
        unsized_parameters::check(function, owned, errors);
    }
}

fn check_output(options: &Options, function: &Function, scope: &Scope<'_>, errors: &mut Errors) {
    let (output, remote) = (&function.sig.output, options.wants_remote());
    output::check(output, errors);
    if !remote {
        output::check_travel(output, errors);
    }
    if remote && !scope.is_of_trait() {
        remote::check_output(function, errors);
        remote::check_lasting(output, errors);
        failures::check_crossing(output, errors);
    }
    let catches = catches(options, function, scope) != Catches::Never;
    if catches && !remote {
        failures::check_catch(function, errors);
    }
    if remote || catches {
        failures::check_error(output, errors);
    }
}

fn check_body(function: &Function, errors: &mut Errors) {
    if function.body.is_none() {
        let declared = function.is_declaration();
        errors.push(diagnostics::missing_body(function.name(), declared));
    }
}

/// `catch` on a block does not apply to constructors of owners and to methods that return no `Result`.
fn catches(options: &Options, function: &Function, scope: &Scope<'_>) -> Catches {
    match options.catch {
        None => Catches::Never,
        Some(Catch::Here) => Catches::Always,
        Some(Catch::OnBlock) if scope.builds().is_some() || options.wants_remote() => {
            Catches::Never
        }
        Some(Catch::OnBlock) => failures::on_block(&function.sig.output),
    }
}

fn check_options(options: &Options, function: &Function, scope: &Scope<'_>, errors: &mut Errors) {
    if let Some(key) = options.key("owner") {
        errors.push(diagnostics::misplaced_owner(key));
    }
    if let Some(key) = options.key("blocking").filter(|_| scope.is_of_trait()) {
        errors.push(diagnostics::misplaced_blocking(key));
    }
    if let Some(key) = options.key("asynchronous").filter(|_| scope.is_of_trait()) {
        errors.push(diagnostics::misplaced_asynchronous(key));
    }
    if let Some(key) = options.key("remote").filter(|_| scope.is_of_trait()) {
        errors.push(diagnostics::misplaced_remote(key));
    }
    if let Some(key) = options.key("skip").filter(|_| scope.elsewhere().is_some()) {
        errors.push(diagnostics::misplaced_skip(key));
    }
    if let Some(name) = options
        .blocking
        .as_ref()
        .filter(|name| *name == function.name())
    {
        let example = format!("{name}_blocking");
        errors.push(diagnostics::blocking_own_name(name, "function", &example));
    }
}

/// The receiver and the arguments, in the order of the source.
fn inputs<'a>(
    options: &Options,
    function: &'a Function,
    scope: &Scope<'_>,
    owned: &[Owned],
    errors: &mut Errors,
) -> (Option<receiver::Own<'a>>, Vec<Argument>) {
    let mut found = None;
    let mut arguments = Vec::new();
    let remote = options.wants_remote() && !scope.is_of_trait();
    if remote {
        remote::check_inputs(function, owned, errors);
    }
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let name = function.fresh("__self", receiver.self_token.span);
                let mut refused = Errors::default();
                let errors = if remote { &mut refused } else { &mut *errors };
                found = Some(scope.receiver(receiver, name, function.name(), errors));
            }
            FnArg::Typed(argument) => {
                let start = format!("__arg{}", arguments.len());
                let fresh = || function.fresh(&start, here(argument.pat.span()));
                let repeated = argument::is_repeated(argument, function);
                let mut found = Errors::default();
                if remote {
                    remote::check_argument(&argument.ty, &mut found);
                }
                let lowered = argument::lower(argument, fresh, repeated, owned, &mut found);
                if !remote {
                    argument::check_objects(&argument.ty, &mut found);
                }
                errors.of_part(cfg::predicate(&argument.attrs).as_ref(), found);
                arguments.push(lowered);
            }
        }
    }
    (found, arguments)
}

impl Model<'_> {
    pub(crate) fn is_unsafe(&self) -> bool {
        matches!(self.function.sig.safety, Safety::Unsafe(_))
    }

    /// The path of the blocking version, if the body calls it.
    pub(crate) fn callee(&self) -> Option<TokenStream> {
        match &self.blocking {
            BlockingVersion::Called(name) => Some(quote_spanned!(here(name.span())=> Self::#name)),
            BlockingVersion::Elsewhere(path) => Some(path.clone()),
            BlockingVersion::None | BlockingVersion::Repeated(_) => None,
        }
    }
}
