//! What is refused before anything is started.

use super::*;
use crate::pool::Workers;

static POOL: Workers = Workers::new("uninitialised");
static FUNCTION: Function = Function::new("f", || &POOL, |_, _| Ok(()), |_| ());

fn children() -> String {
    std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default()
}

/// The one binary with this crate in which nothing has called `init`: the constructor is not in it.
#[tokio::test]
async fn without_init_nothing_is_started() {
    for _ in 0..3 {
        let call = POOL.call(&FUNCTION, Ok(POOL.take_buffer()), Vec::new());
        assert!(matches!(call.await, Err(Failure::NotInitialized)));
    }
    assert!(matches!(
        POOL.prewarm(1).await,
        Err(Failure::NotInitialized)
    ));
    let stats = POOL.stats();
    assert_eq!((stats.started, stats.processes, stats.refused), (0, 0, 3));
    assert_eq!(children(), "");
    let text = Failure::NotInitialized.to_string();
    assert!(text.contains("tokio_offload::init()"), "{text}");
}
