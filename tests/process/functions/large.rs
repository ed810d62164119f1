//! Arguments that take long to write: a thread that may block writes them, and the call ends as any other does.

use std::{
    marker::PhantomData,
    process,
    sync::{Arc, Mutex, mpsc},
    thread::{self, ThreadId},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_offload::{CodecStage, Error, Workers, offload};

use crate::{Failed, call_error, gate::Gate, gate::wait_at};

/// More bytes than are written on the thread that calls.
pub(crate) const MANY: usize = 100_000;

static WRITTEN: Workers = Workers::new("large-arguments")
    .processes(2)
    .max_message(8 << 20);

/// Where a test meets the thread that writes a value.
pub(crate) struct Meeting {
    arrived: tokio::sync::mpsc::UnboundedSender<ThreadId>,
    go: Mutex<mpsc::Receiver<()>>,
}

/// The last part of a value, and what happens when it is written.
#[derive(Clone)]
pub(crate) enum End {
    Plain,
    /// Says on which thread, and waits until it may go on.
    Meets(Arc<Meeting>),
    Fails,
    Panics,
    PanicsDropped,
}

impl Serialize for End {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Meets(meeting) => {
                let _ = meeting.arrived.send(thread::current().id());
                let _ = meeting.go.lock().unwrap().recv();
            }
            Self::Fails => return Err(ser::Error::custom("will not be written")),
            Self::Panics => panic!("will not be written at all"),
            Self::Plain | Self::PanicsDropped => {}
        }
        to.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <()>::deserialize(from).map(|()| Self::Plain)
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if matches!(self, Self::PanicsDropped) {
            panic!("will not be dropped");
        }
    }
}

/// Bytes, written one by one.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Value {
    pub(crate) bytes: Vec<u8>,
    end: End,
}

pub(crate) fn value(length: usize, end: End) -> Value {
    let bytes = vec![7; length];
    Value { bytes, end }
}

/// The end of a value, who arrives there, and what lets it go on.
pub(crate) fn meeting() -> (End, UnboundedReceiver<ThreadId>, mpsc::Sender<()>) {
    offload_tests::limit_all();
    let (arrived, arrivals) = unbounded_channel();
    let (go_on, go) = mpsc::channel();
    let go = Mutex::new(go);
    (
        End::Meets(Arc::new(Meeting { arrived, go })),
        arrivals,
        go_on,
    )
}

#[offload(remote = WRITTEN)]
pub(crate) fn length(value: Value) -> Result<usize, Failed> {
    Ok(value.bytes.len())
}

/// The runtime has one thread. While a value is written, another task runs on it.
#[tokio::test]
async fn large_arguments_are_written_off_the_worker() {
    let here = thread::current().id();
    for is_started in [false, true] {
        let (end, mut arrivals, go_on) = meeting();
        let mut call = length(value(MANY, end));
        if is_started {
            call = call.start();
        }
        let other_task = async {
            let there = arrivals.recv().await;
            go_on.send(()).unwrap();
            there
        };
        let (length, there) = tokio::join!(call, other_task);
        assert_eq!(length.unwrap(), MANY);
        assert_ne!(there.unwrap(), here);
    }
}

#[tokio::test]
async fn small_arguments_are_written_where_the_call_is_made() {
    let (end, mut arrivals, go_on) = meeting();
    go_on.send(()).unwrap();
    let call = length(value(10, end));
    assert_eq!(arrivals.recv().await, Some(thread::current().id()));
    assert_eq!(
        arrivals.recv().await,
        None,
        "the value is gone before the call begins"
    );
    assert_eq!(call.await.unwrap(), 10);
}

#[tokio::test]
async fn what_is_being_written_takes_room() {
    static ROOM: Workers = Workers::new("large-room").processes(1).queue_capacity(1);

    #[offload(remote = ROOM)]
    fn takes(_value: Value, gate: &std::path::Path) -> Result<u32, Failed> {
        wait_at(gate)?;
        Ok(process::id())
    }
    let gate = Gate::new();
    let calls = [(); 2].map(|()| {
        let (end, arrivals, go_on) = meeting();
        let call = takes(value(MANY, end), gate.path()).try_start();
        (call.expect("room for two"), arrivals, go_on)
    });
    let small = || takes(value(1, End::Plain), gate.path()).try_start();
    let large = || takes(value(MANY, End::Plain), gate.path()).try_start();
    assert_eq!(small().unwrap_err().to_string(), Error::Full.to_string());
    // What was refused is written when it is awaited.
    let refused = large().unwrap_err();
    for (call, mut arrivals, go_on) in calls {
        arrivals.recv().await.expect("it is being written");
        go_on.send(()).unwrap();
        let open = async { gate.visitor().await.open().await };
        let (end, ()) = tokio::join!(call, open);
        end.unwrap();
    }
    let open = async { gate.visitor().await.open().await };
    let (end, ()) = tokio::join!(refused.into_call(), open);
    end.unwrap();
    let third = small().expect("all room is free again");
    let open = async { gate.visitor().await.open().await };
    let (end, ()) = tokio::join!(third, open);
    end.unwrap();
}

#[tokio::test]
async fn a_call_can_be_dropped_or_cancelled_while_it_is_written() {
    // Before it begins.
    let (end, mut arrivals, _go_on) = meeting();
    drop(length(value(MANY, end)));
    assert_eq!(arrivals.recv().await, None, "dropped, and never written");
    let (end, mut arrivals, go_on) = meeting();
    let call = length(value(MANY, end)).start();
    arrivals.recv().await.expect("it is being written");
    drop(call);
    go_on.send(()).unwrap();
    assert_eq!(arrivals.recv().await, None, "written, and dropped");
    let (end, mut arrivals, go_on) = meeting();
    let call = length(value(MANY, end)).start();
    arrivals.recv().await.expect("it is being written");
    call.cancel();
    assert!(matches!(call.outcome().await, Err(Error::Cancelled)));
    go_on.send(()).unwrap();
    assert_eq!(arrivals.recv().await, None);
    assert_eq!(length(value(MANY, End::Plain)).await.unwrap(), MANY);
}

#[tokio::test]
async fn what_cannot_be_written_ends_its_call_alone() {
    let message = |error: Error| {
        let Error::Codec(cause) = error else {
            panic!("another error: {error}");
        };
        assert_eq!(cause.stage(), CodecStage::EncodeArguments);
        cause.message().to_owned()
    };
    let error = call_error(length(value(MANY, End::Fails)).await);
    assert!(message(error).contains("will not be written"));
    let error = call_error(length(value(MANY, End::Panics)).start().await);
    let text = message(error);
    assert!(
        text.contains("its `Serialize` panicked: will not be written at all"),
        "{text}"
    );
    assert_eq!(length(value(MANY, End::PanicsDropped)).await.unwrap(), MANY);
    drop(length(value(MANY, End::PanicsDropped)));
    let Error::TooLarge { bytes, limit } = call_error(length(value(9 << 20, End::Plain)).await)
    else {
        panic!("another error");
    };
    assert!(bytes > limit && limit == 8 << 20, "{bytes} {limit}");
}

/// A value that may not leave its thread.
#[derive(Serialize, Deserialize)]
struct Local(u32, #[serde(skip)] PhantomData<*const ()>);

type Parts = (u32, Vec<String>, String, u32, Option<Vec<u8>>, String);

#[offload(remote = WRITTEN)]
fn joins(
    first: u32,
    strings: Vec<String>,
    text: &str,
    local: Local,
    lent: Option<&[u8]>,
    last: String,
) -> Result<Parts, Failed> {
    let lent = lent.map(<[u8]>::to_vec);
    Ok((first, strings, text.to_owned(), local.0, lent, last))
}

/// What is written at once and what is written later arrive in the order of the parameters.
#[tokio::test]
async fn the_order_of_arguments_stays() {
    for many in [1, MANY] {
        let strings = vec!["ab".to_owned(); many];
        let sent = (
            1,
            strings,
            "text".repeat(many),
            2,
            Some(vec![3; many]),
            "last".repeat(many),
        );
        let (first, strings, text, local, lent, last) = sent.clone();
        let local = Local(local, PhantomData);
        let call = joins(first, strings, &text, local, lent.as_deref(), last);
        assert_eq!(call.await.unwrap(), sent);
    }
}

/// What was written at once, behind what is written later, counts as well.
#[tokio::test]
async fn all_arguments_together_have_one_limit() {
    let strings = vec!["ab".to_owned(); MANY];
    let local = Local(2, PhantomData);
    let half = vec![0; (8 << 20) - MANY];
    let call = joins(1, strings, "", local, Some(&half), String::new());
    let Error::TooLarge { bytes, limit } = call_error(call.await) else {
        panic!("another error");
    };
    assert!(bytes > limit && limit == 8 << 20, "{bytes} {limit}");
}
