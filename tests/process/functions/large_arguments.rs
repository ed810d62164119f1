//! Large arguments are written on a thread that may block.

use std::{pin::pin, rc::Rc, task::Poll, thread::ThreadId};

use offload_limits::{Seed, rounds};
use serde::{Deserialize, Serialize};
use tokio::{
    runtime::Builder,
    task::{JoinSet, yield_now},
};
use tokio_offload::{CodecStage, Error, Workers, block_on, offload};

use crate::{
    Failed, call_error, poll_once,
    watched::{Text, Watch, held_up, here},
};

static WIDE: Workers = Workers::new("large-arguments").processes(2);

static NARROW: Workers = Workers::new("large-narrow").processes(1).queue_capacity(0);

/// How many lines make an argument large.
const MANY: usize = 50_000;

#[offload(remote = WIDE)]
fn lines(
    first: Text,
    name: &str,
    second: Text,
    n: u32,
) -> Result<(usize, String, usize, u32), Failed> {
    Ok((first.lines, name.to_owned(), second.lines, n))
}

#[offload(remote = WIDE)]
fn count(text: Text) -> Result<usize, Failed> {
    Ok(text.lines)
}

#[offload(remote = NARROW)]
fn count_narrow(text: Text) -> Result<usize, Failed> {
    Ok(text.lines)
}

#[tokio::test]
async fn large_arguments_are_written_off_the_worker() {
    let watch = Watch::new();
    assert_eq!(count(watch.text(10)).await.unwrap(), 10);
    assert_eq!(watch.take(), [here()]);
    for (first, second, there) in [(MANY, 1, 2), (1, MANY, 1), (MANY, MANY, 2)] {
        let call = lines(watch.text(first), "name", watch.text(second), 7);
        let all = call.await.unwrap();
        assert_eq!(all, (first, "name".to_owned(), second, 7));
        let written = watch.take();
        assert_eq!(written.len(), 2);
        let elsewhere = written.iter().filter(|thread| **thread != here()).count();
        assert_eq!(elsewhere, there, "from the first large one on");
        assert_eq!(watch.texts(), 0);
    }
}

/// A block is copied in no time.
#[tokio::test]
async fn large_blocks_are_no_large_arguments() {
    #[offload(remote = WIDE)]
    fn sum(bytes: Vec<u8>, text: String, after: Text) -> Result<usize, Failed> {
        Ok(bytes.len() + text.len() + after.lines)
    }
    let watch = Watch::new();
    let call = sum(vec![1; 200_000], "x".repeat(200_000), watch.text(1));
    assert_eq!(call.await.unwrap(), 400_001);
    assert_eq!(watch.take(), [here()]);
    let call = sum(vec![1; 2_000_000], String::new(), watch.text(1));
    assert_eq!(call.await.unwrap(), 2_000_001);
    assert_ne!(watch.take(), [here()]);
}

/// Who asks for room next, or waits for the pool to be idle, must see the call.
#[tokio::test]
async fn a_call_has_its_place_while_its_arguments_are_written() {
    let (watch, thread) = held_up();
    let call = count_narrow(watch.text(MANY)).start();
    thread.has_begun();
    assert_eq!(NARROW.stats().queued, 1);
    let refused = count_narrow(watch.text(MANY)).try_start();
    let refused = refused.expect_err("the only worker is for the first call");
    assert!(poll_once(&mut pin!(NARROW.idle())).await.is_pending());
    thread.goes_on();
    assert_eq!(call.await.unwrap(), MANY);
    NARROW.idle().await;
    assert_eq!(NARROW.stats().queued, 0);
    assert_eq!(watch.take().len(), 1, "nothing is written for a refusal");
    let mut tried = refused.into_call().try_start().expect("the worker is free");
    thread.has_begun();
    assert!(poll_once(&mut tried).await.is_pending());
    thread.goes_on();
    assert_eq!(tried.await.unwrap(), MANY);
    assert!(!watch.take().contains(&here()));
}

#[tokio::test]
async fn a_pool_closes_after_the_calls_whose_arguments_are_being_written() {
    #[offload(remote = CLOSED)]
    fn count_closed(text: Text) -> Result<(usize, u32), Failed> {
        Ok((text.lines, std::process::id()))
    }
    static CLOSED: Workers = Workers::new("large-closed").processes(1);

    let (_, worker) = count_closed(Watch::new().text(1)).await.unwrap();
    let (watch, thread) = held_up();
    let call = count_closed(watch.text(MANY)).start();
    thread.has_begun();
    let mut closed = pin!(CLOSED.close());
    assert!(poll_once(&mut closed).await.is_pending());
    thread.goes_on();
    assert_eq!(call.await.unwrap(), (MANY, worker), "its worker stays");
    closed.await;
}

#[tokio::test]
async fn a_pool_that_shuts_down_refuses_the_calls_whose_arguments_are_being_written() {
    #[offload(remote = SHUT)]
    fn count_shut(text: Text) -> Result<usize, Failed> {
        Ok(text.lines)
    }
    static SHUT: Workers = Workers::new("large-shut").processes(1);

    let (watch, thread) = held_up();
    let call = count_shut(watch.text(MANY)).start();
    thread.has_begun();
    SHUT.shutdown();
    thread.goes_on();
    assert!(matches!(call_error(call.await), Error::Shutdown));
    SHUT.close().await;
}

#[tokio::test]
async fn a_call_dropped_or_cancelled_while_a_thread_writes_never_runs() {
    let (watch, thread) = held_up();
    let mut dropped = count(watch.text(MANY));
    assert!(poll_once(&mut dropped).await.is_pending());
    thread.has_begun();
    drop(dropped);
    thread.goes_on();
    let mut cancelled = count(watch.text(MANY));
    assert!(poll_once(&mut cancelled).await.is_pending());
    thread.has_begun();
    cancelled.cancel();
    let end = cancelled.await;
    assert!(matches!(call_error(end), Error::Cancelled));
    thread.goes_on();
    let mut begun = count(watch.text(MANY));
    assert!(poll_once(&mut begun).await.is_pending());
    thread.has_begun();
    let mut started = begun.start();
    assert!(poll_once(&mut started).await.is_pending());
    thread.goes_on();
    assert_eq!(started.await.unwrap(), MANY);
    while watch.texts() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_cannot_be_written_fails_its_call_alone() {
    let mut wrong = Watch::new().text(MANY);
    wrong.panics = true;
    let Error::Codec(error) = call_error(count(wrong).await) else {
        panic!("another error");
    };
    assert_eq!(error.stage(), CodecStage::EncodeArguments);
    assert!(error.to_string().contains("unwritable"), "{error}");
    #[offload(remote = LIMITED)]
    fn count_limited(text: Text) -> Result<usize, Failed> {
        Ok(text.lines)
    }
    static LIMITED: Workers = Workers::new("large-limited").max_message(1 << 20);
    let end = count_limited(Watch::new().text(500_000)).await;
    let Error::TooLarge { bytes, limit } = call_error(end) else {
        panic!("another error");
    };
    assert!(bytes > limit && limit == 1 << 20, "{bytes} {limit}");
}

/// It is written where the call is made, and need not be sent to another thread.
#[tokio::test]
async fn what_is_not_send_can_be_an_argument() {
    #[derive(Serialize, Deserialize)]
    struct Local {
        text: Text,
        #[serde(skip)]
        _here: Rc<()>,
    }
    #[offload(remote = WIDE)]
    fn of_local(before: Text, local: Local, after: Text) -> Result<usize, Failed> {
        Ok(before.lines + local.text.lines + after.lines)
    }
    let watch = Watch::new();
    let local = || Local {
        text: watch.text(MANY),
        _here: Rc::new(()),
    };
    let call = of_local(watch.text(1), local(), watch.text(2));
    assert_eq!(call.await.unwrap(), MANY + 3);
    assert_eq!(watch.take()[..2], [here(), here()]);
    let call = of_local(watch.text(MANY), local(), watch.text(2));
    assert_eq!(call.await.unwrap(), 2 * MANY + 2);
    let written = watch.take();
    assert_eq!(written[0], here());
    assert!(written[1..].iter().all(|thread| *thread != here()));
}

/// They are written by whoever waits.
#[test]
fn large_arguments_need_no_thread() {
    #[offload]
    fn waits(watch: Watch) -> ThreadId {
        assert_eq!(block_on(count(watch.text(MANY))).unwrap().unwrap(), MANY);
        here()
    }
    let watch = Watch::new();
    let barren = Builder::new_current_thread()
        .enable_all()
        .thread_stack_size(1 << 46)
        .build()
        .expect("a runtime");
    assert_eq!(barren.block_on(count(watch.text(MANY))).unwrap(), MANY);
    assert_eq!(watch.take(), [here()]);
    let body = offload_tests::one_slot().block_on(waits(watch.clone()));
    assert_eq!(watch.take(), [body]);
}

/// Whatever becomes of the calls, none is left that the pool waits for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_is_idle_after_calls_that_ended_anyhow() {
    #[offload(remote = ANYHOW)]
    fn count_anyhow(text: Text) -> Result<usize, Failed> {
        Ok(text.lines)
    }
    static ANYHOW: Workers = Workers::new("large-anyhow").processes(2).queue_capacity(4);

    for round in rounds(40) {
        let mut seed = Seed::new(round);
        let watch = Watch::new();
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (lines, how, polls) = (seed.choose(&[1, 20_000]), seed.below(5), seed.below(4));
            let mut call = count_anyhow(watch.text(lines));
            tasks.spawn(async move {
                if how > 2 {
                    call = match call.try_start() {
                        Ok(call) if how == 3 => call,
                        Ok(call) => return call.detach(),
                        Err(refused) => refused.into_call(),
                    };
                }
                for _ in 0..polls {
                    if let Poll::Ready(counted) = poll_once(&mut call).await {
                        return assert_eq!(counted.unwrap(), lines);
                    }
                    yield_now().await;
                }
                match how {
                    0 => drop(call),
                    1 => {
                        call.cancel();
                        match call.await {
                            Ok(counted) => assert_eq!(counted, lines),
                            end => assert!(matches!(call_error(end), Error::Cancelled)),
                        }
                    }
                    _ => assert_eq!(call.await.unwrap(), lines),
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        ANYHOW.idle().await;
        assert_eq!(ANYHOW.stats().queued, 0);
        while watch.texts() > 0 {
            yield_now().await;
        }
    }
}
