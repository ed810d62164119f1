//! An argument whose writing its test watches.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, ThreadId},
};

use offload_limits::LIMIT;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};

/// Lines of text.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) lines: usize,
    watch: Option<Watch>,
    pub(crate) panics: bool,
}

/// Where the text was written to its end, and what happens then.
#[derive(Clone)]
pub(crate) struct Watch {
    written: Arc<Mutex<Vec<ThreadId>>>,
    /// Held up here on another thread than that of the test.
    gate: Option<(ThreadId, Sender<()>, Arc<Mutex<Receiver<()>>>)>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            written: Arc::default(),
            gate: None,
        }
    }

    pub(crate) fn text(&self, lines: usize) -> Text {
        Text {
            lines,
            watch: Some(self.clone()),
            panics: false,
        }
    }

    pub(crate) fn take(&self) -> Vec<ThreadId> {
        std::mem::take(&mut *self.written.lock().unwrap())
    }

    /// How many texts have the watch, beside this.
    pub(crate) fn texts(&self) -> usize {
        Arc::strong_count(&self.written) - 1
    }
}

pub(crate) fn here() -> ThreadId {
    thread::current().id()
}

/// A watch that holds up other threads, and the way to let them go on.
pub(crate) fn held_up() -> (Watch, Writer) {
    let (arrived, arrivals) = channel();
    let (open, opened) = channel();
    let watch = Watch {
        gate: Some((here(), arrived, Arc::new(Mutex::new(opened)))),
        ..Watch::new()
    };
    (watch, Writer { arrivals, open })
}

/// The thread that writes.
pub(crate) struct Writer {
    arrivals: Receiver<()>,
    open: Sender<()>,
}

impl Writer {
    pub(crate) fn has_begun(&self) {
        let arrived = self.arrivals.recv_timeout(LIMIT);
        arrived.expect("another thread writes");
    }

    pub(crate) fn goes_on(&self) {
        self.open.send(()).expect("a thread that waits");
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let gate = self.watch.as_ref().and_then(|watch| watch.gate.as_ref());
        if let Some((home, arrived, open)) = gate {
            if here() != *home {
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
            watch.written.lock().unwrap().push(here());
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
