//! `unwrap` and its like on a call that was not awaited: methods that nobody can call, so that the compiler says what is missing.

use super::{Offload, Outcome};

/// Has no implementation: it words an error. The compiler passes over methods whose bound nothing can meet, so those that `futures` and
/// others give all futures, such as `map_err`, are found as if these were not there.
#[diagnostic::on_unimplemented(
    message = "an offloaded call has no result before it is awaited",
    label = "write `.await` before this",
    note = "in blocking code, such as the body of an offloaded function, call the blocking version or `block_on` instead"
)]
pub trait IsAwaited {}

/// Methods by name and number of arguments: those of `Result` and `Option`, in the order of how often they are called, those that `anyhow`,
/// `eyre` and `miette` add, and the most frequent ones of collections and texts.
macro_rules! refused {
    ($($future:ident),*) => { $(
        refused! { $future
            unwrap() map(_) expect(_) map_err(_) is_err() is_none() unwrap_err() ok() is_some() unwrap_or(_) is_ok() and_then(_)
            ok_or(_) copied() take() cloned() unwrap_or_else(_) as_ref() filter(_) map_or(_, _) ok_or_else(_) or_else(_)
            unwrap_or_default() as_mut() expect_err(_) transpose() err() or(_) and(_) flatten() map_or_else(_, _) as_deref()
            is_some_and(_) inspect(_) is_ok_and(_) as_deref_mut() is_none_or(_) inspect_err(_) is_err_and(_)
            context(_) with_context(_) wrap_err(_) wrap_err_with(_) into_diagnostic()
            iter() len() to_string() into_iter() as_bytes() as_str() is_empty() to_vec()
        }
    )* };
    ($future:ident $($name:ident($($argument:tt),*))*) => {
        #[doc(hidden)]
        #[expect(clippy::iter_not_returning_iterator, reason = "nobody can call it")]
        impl<R> $future<R>
        where
            Self: IsAwaited,
        {
            $(pub fn $name(self $(, $argument: impl Sized)*) {})*
        }
    };
}

refused!(Offload, Outcome);
