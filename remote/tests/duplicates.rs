//! Functions of which there can be no table: two that cannot be told apart, or one whose place cannot be had. Nothing is started.

use offload_limits::succeeds;
use tokio_offload_remote::{
    Answer, Config, FUNCTIONS, Failure, Function, Remote, StartError, Workers, linkme,
};

mod kit;

static ONE: Workers = Config::new("one-pool").processes(1).build();
static OTHER: Workers = Config::new("other-pool").processes(1).build();

const NOTHING: Answer = |_, _| Ok(());

#[linkme::distributed_slice(FUNCTIONS)]
static FIRST: Function = Function::new("shop::price", one, NOTHING, |_| ());

#[linkme::distributed_slice(FUNCTIONS)]
static SECOND: Function = Function::new("shop::price", || &OTHER, NOTHING, |_| ());

/// Where the first one runs; in the other part of a test, that cannot be told.
fn one() -> &'static dyn Remote {
    assert!(!kit::is_again(), "no pool yet");
    &ONE
}

#[tokio::test]
async fn functions_of_one_name_are_an_error_before_anything_starts() {
    for (pool, function) in [(&ONE, &FIRST), (&OTHER, &SECOND)] {
        let end = pool
            .call(function, Ok(pool.take_buffer()), Vec::new())
            .await;
        let Err(Failure::Start(StartError::Registry(text))) = end else {
            panic!("{end:?}");
        };
        for word in ["`shop::price`", "`one-pool`", "`other-pool`"] {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(pool.stats().started, 0);
    }
    assert!(matches!(
        ONE.prewarm(1).await,
        Err(Failure::Start(StartError::Registry(_)))
    ));
}

/// It is asked for on the thread that starts a worker. All that wait for one are told, and none is counted for ever.
#[tokio::test]
async fn a_place_that_panics_is_why_no_worker_starts() {
    let Some(mut command) = kit::again("a_place_that_panics_is_why_no_worker_starts") else {
        return prewarm_all().await;
    };
    succeeds(&mut command);
}

async fn prewarm_all() {
    for pool in [&ONE, &OTHER] {
        let end = pool.prewarm(1).await;
        let Err(Failure::Start(StartError::Registry(text))) = end else {
            panic!("{end:?}");
        };
        assert!(text.contains("no pool yet"), "{text}");
        pool.close().await;
        assert_eq!(pool.stats().processes, 0);
    }
}
