//! Every accepted form once, in a crate that forgives nothing: what the attribute writes is never warned about.

#![deny(
    warnings,
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::redundant_clone
)]
#![deny(
    let_underscore_drop,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unused_import_braces,
    unused_lifetimes,
    unused_results,
    rust_2018_idioms
)]
#![forbid(unsafe_code)]

pub mod arguments;
pub mod functions;
pub mod methods;
pub mod options;
pub mod remote;
pub mod restricted;

/// The forms are here to be compiled; one call shows that they are not empty.
#[test]
fn a_function_compiled_with_every_lint_denied_runs() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime can be built");
    assert_eq!(runtime.block_on(functions::add(1, 2)), 3);
}
