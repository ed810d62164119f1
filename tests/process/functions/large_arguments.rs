//! Large arguments are written on a thread that may block, unless the call was started.

use std::{
    path::Path,
    rc::Rc,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, ThreadId},
};

use offload_limits::LIMIT;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};
use tokio::runtime::Builder;
use tokio_offload::{CodecStage, Error, Workers, block_on, offload};

use crate::{
    Failed, call_error,
    gate::{Gate, wait_at},
    poll_once,
};

static WIDE: Workers = Workers::new("large-arguments").processes(2);

static NARROW: Workers = Workers::new("large-narrow")
    .processes(1)
    .queue_capacity(0)
    .max_message(1 << 20);

/// How many lines make an argument large.
const MANY: usize = 50_000;

/// Lines of text whose writing the test watches.
#[derive(Default)]
struct Text {
    lines: usize,
    watch: Option<Watch>,
    panics: bool,
}

/// Where the text was written to its end, and what happens then.
#[derive(Clone)]
struct Watch {
    written: Arc<Mutex<Vec<ThreadId>>>,
    /// Held up here on another thread than that of the test.
    gate: Option<(ThreadId, Sender<()>, Arc<Mutex<Receiver<()>>>)>,
}

impl Watch {
    fn new() -> Self {
        Self {
            written: Arc::default(),
            gate: None,
        }
    }

    fn text(&self, lines: usize) -> Text {
        Text {
            lines,
            watch: Some(self.clone()),
            panics: false,
        }
    }

    fn take(&self) -> Vec<ThreadId> {
        std::mem::take(&mut *self.written.lock().unwrap())
    }

    /// How many texts have the watch, beside this.
    fn texts(&self) -> usize {
        Arc::strong_count(&self.written) - 1
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let gate = self.watch.as_ref().and_then(|watch| watch.gate.as_ref());
        if let Some((home, arrived, open)) = gate {
            if thread::current().id() != *home {
                arrived.send(()).expect("a test that waits");
                open.lock().unwrap().recv().expect("a test that opens");
            }
        }
        let mut items = to.serialize_seq(Some(self.lines))?;
        for n in 0..self.lines {
            items.serialize_element(&n.to_string())?;
        }
        assert!(!self.panics, "unwritable");
        if let Some(watch) = &self.watch {
            watch.written.lock().unwrap().push(thread::current().id());
        }
        items.end()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let lines = Vec::<String>::deserialize(from)?;
        let all = lines.iter().enumerate();
        for (n, line) in all {
            assert_eq!(*line, n.to_string());
        }
        Ok(Self {
            lines: lines.len(),
            ..Self::default()
        })
    }
}

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
fn count_at(text: Text, gate: &Path) -> Result<usize, Failed> {
    if gate.as_os_str().is_empty() {
        return Ok(text.lines);
    }
    wait_at(gate)?;
    Ok(text.lines)
}

fn here() -> ThreadId {
    thread::current().id()
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

/// Who asks for room, closes the pool or waits for it to be idle next must see the call.
#[tokio::test]
async fn a_started_call_has_its_place_at_once() {
    let watch = Watch::new();
    let gate = Gate::new();
    let call = count_at(watch.text(MANY), gate.path()).start();
    assert_eq!(watch.take(), [here()]);
    let refused = count_at(watch.text(MANY), Path::new("")).try_start();
    assert!(watch.take().is_empty(), "nothing is written for a refusal");
    let refused = refused.expect_err("the only worker is busy").into_call();
    gate.visitor().await.open().await;
    assert_eq!(call.await.unwrap(), MANY);
    assert_eq!(refused.await.unwrap(), MANY);
    assert_ne!(watch.take(), [here()]);
    let tried = count_at(watch.text(MANY), Path::new("")).try_start();
    assert_eq!(watch.take(), [here()]);
    assert_eq!(tried.unwrap().await.unwrap(), MANY);
}

#[tokio::test]
async fn a_call_dropped_or_cancelled_while_a_thread_writes_never_runs() {
    let (arrived, arrivals) = channel();
    let (open, opened) = channel();
    let watch = Watch {
        gate: Some((here(), arrived, Arc::new(Mutex::new(opened)))),
        ..Watch::new()
    };
    let mut dropped = count(watch.text(MANY));
    assert!(poll_once(&mut dropped).await.is_pending());
    arrivals.recv_timeout(LIMIT).unwrap();
    drop(dropped);
    open.send(()).unwrap();
    let mut cancelled = count(watch.text(MANY));
    assert!(poll_once(&mut cancelled).await.is_pending());
    arrivals.recv_timeout(LIMIT).unwrap();
    cancelled.cancel();
    let end = cancelled.await;
    assert!(matches!(call_error(end), Error::Cancelled));
    open.send(()).unwrap();
    let mut begun = count(watch.text(MANY));
    assert!(poll_once(&mut begun).await.is_pending());
    arrivals.recv_timeout(LIMIT).unwrap();
    let mut started = begun.start();
    assert!(poll_once(&mut started).await.is_pending());
    open.send(()).unwrap();
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
    let end = count_at(Watch::new().text(500_000), Path::new("")).await;
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
