//! The only names of this crate that generated code may mention; and in `node` those that only `tokio-offload-cluster` uses.
//!
//! Not public API: it changes with every release, in step with the attribute. `arity` is the call by number of arguments, `lend`
//! how borrowed arguments are owned and lent, `of_std` which of them have names of std, `copied` which are cells, `made` what a body
//! must not return, `option` what editors complete, `travel` what may cross to another thread, `watch` what the attributes for
//! programs and tests call.
//!
//! May import `call`, `offload`, `owner`, `process` and `remote`.

mod arity;
mod copied;
mod lend;
mod made;
mod of_std;
#[cfg(rust_analyzer)]
mod option;
pub(crate) mod travel;
#[cfg(feature = "watch")]
pub mod watch;

#[cfg(rust_analyzer)]
pub use crate::__offload_option as option;
pub use crate::__private::arity::{
    call0, call1, call2, call3, call4, call5, call6, call7, call8, call9, call10, call11, call12,
};
pub use crate::__private::copied::Copied;
pub use crate::__private::lend::{
    AsRefCopy, OwnedCopy, into, lend, lend_opt, own, own_as_ref, own_cow, own_into, own_opt,
    own_self, own_text, text,
};
pub use crate::__private::made::Yielded;
#[cfg(rust_analyzer)]
pub use crate::__private::option::options;
pub use crate::__private::travel::{Never, Type, pack, stay, unpack};
pub use crate::call::site::Site;
pub use crate::offload::Offload;
pub use crate::offload::catch::{catch, may_fail};
pub use crate::offload::given::given;
pub use crate::offload::named::{named, of_static};
pub use crate::offload::place::{On, on};
pub use crate::owner::handle::build;
pub use crate::owner::thread::new_owner;
pub use crate::owner::{Owner, loan, on_owner};
#[cfg(feature = "remote")]
pub mod node {
    //! Items for code that runs bodies of calls from elsewhere, such as the node of a cluster.

    pub use crate::remote::{
        failure::error,
        headers::around,
        identity::{ATTEMPT, CALL_ID, WITHIN, within},
    };
}
#[cfg(feature = "remote")]
pub mod remote {
    //! Items for the code generated for `remote = EXPR` and for `main`.

    pub use crate::{process::init, remote::generated::*};
}
pub use std::sync::Arc;
/// A method that another attribute sees first gets one of its own.
pub use tokio_offload_macros::offload;
