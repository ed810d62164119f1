//! Which call a body runs for, where the same call may start more than once: `call_id` and `attempt`.

use std::{cell::RefCell, sync::Arc};

use crate::call::{block_on::blocked::RunningCall, current::current};

/// The header that names the call.
pub const CALL_ID: &str = "offload-call";

/// The header that tells which start of the body it is.
pub const ATTEMPT: &str = "offload-attempt";

/// The header that names the places whose body waits for the call, one within the other.
pub const WITHIN: &str = "offload-within";

/// What the body on this thread knows of its call.
struct Identity {
    /// Another body may run on this thread while that one waits.
    body: Arc<dyn RunningCall>,
    id: String,
    attempt: u32,
    within: String,
}

thread_local! {
    static IDENTITY: RefCell<Option<Identity>> = const { RefCell::new(None) };
}

/// A name for the call that this body runs for: the same whenever the body starts again for it, and no other call has it.
///
/// It exists where a call may start more than once: on the nodes of a cluster, whose `retries` give the call of a lost node to another
/// node. So it is a key for work that must count once. `None` in all other bodies, and outside of one.
///
/// ```
/// use tokio_offload::call_id;
///
/// fn charge() -> Result<(), String> {
///     // What was booked under this key before is not booked again.
///     let key = call_id().ok_or("not called through the cluster")?;
///     # drop(key);
///     Ok(())
/// }
/// # assert!(charge().is_err());
/// ```
pub fn call_id() -> Option<String> {
    ask(|identity| identity.id.clone())
}

/// Which start of the body for its call this is: 1 for the first. `None` where [`call_id`] is.
///
/// ```
/// use tokio_offload::attempt;
///
/// fn is_repeated() -> bool {
///     attempt() > Some(1)
/// }
/// # assert!(!is_repeated());
/// ```
pub fn attempt() -> Option<u32> {
    ask(|identity| identity.attempt)
}

/// The places whose body waits for the calls that the body on this thread makes.
pub fn within() -> Option<String> {
    ask(|identity| identity.within.clone())
}

fn ask<T>(question: impl FnOnce(&Identity) -> T) -> Option<T> {
    let body = current()?;
    IDENTITY.with_borrow(|identity| {
        let identity = identity.as_ref()?;
        Arc::ptr_eq(&identity.body, &body).then(|| question(identity))
    })
}

/// Runs `body`, which must not unwind, as that of the call that `headers` name, if they do.
pub(super) fn around(headers: &[(String, String)], body: &mut dyn FnMut()) {
    let before = IDENTITY.replace(read(headers));
    body();
    IDENTITY.set(before);
}

fn read(headers: &[(String, String)]) -> Option<Identity> {
    let header = |name| headers.iter().find(|(other, _)| other == name);
    let (_, id) = header(CALL_ID)?;
    let (_, attempt) = header(ATTEMPT)?;
    let within = header(WITHIN).map(|(_, places)| places.clone());
    Some(Identity {
        body: current()?,
        id: id.clone(),
        attempt: attempt.parse().ok()?,
        within: within.unwrap_or_default(),
    })
}
