//! The names of the attribute's options, so that editors can complete what is typed inside `#[offload(..)]`.
//!
//! `rust-analyzer` completes a word from its place in the expansion. For it the attribute puts every name between its
//! parentheses into `option!`, where the name is imported. The compiler gets nothing of this.

/// An import of the option. Without a name, the place where one can be typed.
#[doc(hidden)]
#[macro_export]
macro_rules! __offload_option {
    () => {
        const _: () = {
            use $crate::__private::options::{};
        };
    };
    ($name:ident) => {
        const _: () = {
            use $crate::__private::options::$name;
        };
    };
}

/// Every option that can be named in an import. `crate` cannot.
pub mod options {
    /// `pool = EXPR`: where the body runs.
    pub mod pool {}
    /// `remote = EXPR`: the worker processes that run the body.
    pub mod remote {}
    /// `blocking = NAME`: the blocking version stays callable under that name.
    pub mod blocking {}
    /// `asynchronous = NAME`: what is written stays as it is, and the asynchronous version has that name.
    pub mod asynchronous {}
    /// `owner = NAME`: a handle to one thread that owns the value.
    pub mod owner {}
    /// `catch`: failures of the call become the function's own errors.
    pub mod catch {}
    /// `skip`: a method of an offloaded block stays as it is.
    pub mod skip {}
}
