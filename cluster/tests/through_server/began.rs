//! When a call began, where its place knows that better than whoever looks.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio_offload::{Error, offload, snapshot};
use tokio_offload_remote::{CodecError, Failure, Function, Ongoing, Remote, Reply, encode};

/// A place whose calls began a minute ago and have ended when they are looked at for the first time.
struct Past;

static PAST: Past = Past;

const AGO: Duration = Duration::from_secs(60);

struct PastCall(Option<Instant>);

impl Remote for Past {
    fn name(&self) -> &'static str {
        "past"
    }

    fn call(
        &'static self,
        _: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        _: Vec<(String, String)>,
    ) -> Box<dyn Ongoing> {
        drop(arguments);
        Box::new(PastCall(Instant::now().checked_sub(AGO)))
    }

    fn take_buffer(&self) -> Vec<u8> {
        Vec::new()
    }

    fn max_message(&self) -> usize {
        usize::MAX
    }

    fn has_room(&self) -> bool {
        true
    }

    fn limit(&self) -> Option<usize> {
        None
    }

    fn processes(&self) -> usize {
        0
    }
}

impl Future for PastCall {
    type Output = Result<Reply, Failure>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        // A value, and no error. It is read on a thread for values that are this large.
        let mut answer = vec![1];
        encode(&"x".repeat(100_000), &mut answer).unwrap();
        Poll::Ready(Ok(Reply::new(answer)))
    }
}

impl Ongoing for PastCall {
    fn cancel(&mut self) {}

    fn is_running(&self) -> bool {
        false
    }

    fn began(&self) -> Option<Instant> {
        self.0
    }

    fn add_headers(&mut self, _: Vec<(String, String)>) {}
}

#[offload(remote = PAST)]
fn large() -> Result<String, Error> {
    Ok(String::new())
}

#[tokio::test]
async fn a_call_is_counted_as_running_since_it_began() {
    assert_eq!(large().await.unwrap().len(), 100_000);
    assert_eq!(large().start().await.unwrap().len(), 100_000);
    let all = snapshot().pools;
    let past = all.iter().find(|pool| pool.name == "past").unwrap();
    let runs: Vec<_> = past.run.buckets().iter().collect();
    assert_eq!(past.run.count(), 2);
    assert!(runs.iter().all(|run| run.to >= AGO), "{runs:?}");
}
