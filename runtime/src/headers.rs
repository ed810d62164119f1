//! What travels with a call to a worker process beside its arguments.

/// The headers of a call that is made here and now.
pub(crate) fn of_call() -> Vec<(String, String)> {
    Vec::new()
}

/// Runs `body` in a worker, under what the headers of its call say.
pub(crate) fn around(_headers: &[(String, String)], body: &mut dyn FnMut()) {
    body();
}
