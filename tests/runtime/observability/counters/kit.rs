//! How the tests look into a snapshot.

use tokio_offload::{Calls, FunctionSnapshot, PoolSnapshot, snapshot};

/// What the function of that name, in these tests, has done; nothing before its first call.
pub(crate) fn function(name: &str) -> Option<FunctionSnapshot> {
    let path = format!("counters::{name}");
    let mut found = snapshot().functions;
    found.retain(|function| function.name == path);
    assert!(found.len() <= 1, "{name} is there twice");
    found.pop()
}

/// What the pools of that name have done.
pub(crate) fn pool(name: &str) -> Option<PoolSnapshot> {
    let mut found = snapshot().pools;
    found.retain(|pool| pool.name == name);
    assert!(found.len() <= 1, "{name} is there twice");
    found.pop()
}

/// The functions that run in a pool, with the number of bodies of each.
pub(crate) fn occupants(pool: &PoolSnapshot) -> Vec<(&str, usize)> {
    let occupants = pool.occupants.iter();
    occupants
        .map(|it| (it.function.as_str(), it.bodies))
        .collect()
}

/// The calls of a function that has been called.
pub(crate) fn calls(name: &str) -> Calls {
    function(name).unwrap().calls
}

/// The ends of calls: done, panicked, cancelled, refused, abandoned; nothing waits and nothing runs.
pub(crate) fn ends(calls: &Calls) -> [u64; 5] {
    assert_eq!((calls.queued, calls.running), (0, 0), "{calls:?}");
    assert_eq!(calls.started, calls.ended(), "{calls:?}");
    [
        calls.done,
        calls.panicked,
        calls.cancelled,
        calls.refused,
        calls.abandoned,
    ]
}

/// Both a function and the only pool it runs in: done, panicked, cancelled, refused. Pools do not count abandoned calls.
pub(crate) fn both(name: &str, of: &str) -> [u64; 4] {
    let [done, panicked, cancelled, refused, _] = ends(&calls(name));
    let function = [done, panicked, cancelled, refused];
    let pool = pool(of).unwrap();
    assert_eq!(ends(&pool.calls), [done, panicked, cancelled, refused, 0]);
    assert_eq!(pool.longest_wait, None);
    assert_eq!(pool.occupants, []);
    function
}
