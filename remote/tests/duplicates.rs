//! Two functions that cannot be told apart: nothing is started, and both are named.

use tokio_offload_remote::{
    Answer, Config, FUNCTIONS, Failure, Function, StartError, Workers, linkme,
};

static ONE: Workers = Config::new("one-pool").processes(1).build();
static OTHER: Workers = Config::new("other-pool").processes(1).build();

const NOTHING: Answer = |_, _| Ok(());

#[linkme::distributed_slice(FUNCTIONS)]
static FIRST: Function = Function::new("shop::price", || &ONE, NOTHING, |_| ());

#[linkme::distributed_slice(FUNCTIONS)]
static SECOND: Function = Function::new("shop::price", || &OTHER, NOTHING, |_| ());

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
