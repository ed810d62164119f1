//! `unwrap` and its like on a call that was not awaited: methods that nobody can call, so that the compiler says what is missing.

use super::{Offload, Outcome};

/// Has no implementation: it words an error.
#[diagnostic::on_unimplemented(
    message = "an offloaded call has no result before it is awaited",
    label = "write `.await` before this"
)]
pub trait IsAwaited {}

/// Those methods of `Result` and `Option` that futures do not get from a trait of other crates, as they get `map_err`.
macro_rules! refused {
    ($($future:ident),*) => { $(
        #[doc(hidden)]
        impl<R> $future<R>
        where
            Self: IsAwaited,
        {
            pub fn unwrap(self) {}
            pub fn expect(self, _: &str) {}
            pub fn unwrap_or(self, _: impl Sized) {}
            pub fn unwrap_or_default(self) {}
            pub fn is_ok(self) {}
            pub fn is_err(self) {}
            pub fn is_some(self) {}
            pub fn is_none(self) {}
        }
    )* };
}

refused!(Offload, Outcome);
