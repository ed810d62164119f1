//! What bodies that have waited leave behind for those that come after them: nothing.

use std::time::Duration;

use offload_tests::gate;
use tokio_offload::{Offload, Pool, block_on};

use super::block_on::ends;

/// Each refusal gives back the place of the spare thread that it did not get.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_leave_room_for_the_next_recursion() {
    static AGAIN: Pool = Pool::new("nest-again").threads(1);
    /// Down to where it is refused, and there a hundred times more.
    fn down() -> Offload<bool> {
        AGAIN.run(|| match block_on(down().outcome()).unwrap() {
            Ok(is_over) => is_over,
            Err(_) => (0..100).all(|_| block_on(down().outcome()).unwrap().is_err()),
        })
    }
    fn deep(n: u32) -> Offload<u32> {
        AGAIN.run(move || match n {
            0 => 0,
            _ => 1 + block_on(deep(n - 1)).unwrap(),
        })
    }
    assert!(ends(down()).await.unwrap());
    assert_eq!(ends(deep(2_000)).await.unwrap(), 2_000);
}

/// A body that has waited and goes on working is no body that waits: the limit holds beside one that does.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_has_waited_counts_as_waiting_no_more() {
    static WORKS: Pool = Pool::new("nest-works").threads(2);
    let (gate, key) = gate();
    let works = WORKS
        .run(move || {
            block_on(async {}).unwrap();
            gate.pass();
        })
        .start();
    key.await_body();
    let (release, mut released) = tokio::sync::watch::channel(false);
    let waits = move || block_on(async move { released.wait_for(|go| *go).await.is_ok() });
    let waits = WORKS.run(waits).start();
    let next = WORKS.run(|| 2).start();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(!next.is_finished(), "it runs beyond the limit");
    release.send(true).unwrap();
    key.open();
    assert!(ends(waits).await.unwrap().unwrap());
    ends(works).await.unwrap();
    assert_eq!(ends(next).await.unwrap(), 2);
}
