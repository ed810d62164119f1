//! The operation that a file runs: at most one, which owns the buffer meanwhile.

use std::{
    fs::File,
    future::{Future, poll_fn},
    io::{ErrorKind, Result, Seek, SeekFrom},
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio_offload::{Offload, offload};

use super::buffer::Buffer;

/// The state of a file between two polls.
#[derive(Debug)]
pub(super) struct InFlight {
    state: State,
    /// The error of an earlier write, which the next write or flush reports.
    pub(super) lost: Option<ErrorKind>,
    /// The position after the last seek.
    pub(super) position: u64,
}

#[derive(Debug)]
enum State {
    Idle(Buffer),
    Busy { call: Call, is_write: bool },
}

type Call = Offload<Result<(Done, Buffer)>>;

/// The result of an operation.
#[derive(Debug)]
pub(super) enum Done {
    Read(Result<()>),
    Write(Result<()>),
    Seek(Result<u64>),
    SetLen(Result<()>),
}

/// Bytes that the user was told are written. They are, although the runtime may end before a thread takes the call: what a call
/// owns is dropped then, by a thread for which the end of the runtime waits.
struct Accepted {
    file: Arc<File>,
    buffer: Buffer,
    back: i64,
}

impl Accepted {
    fn write(&mut self) -> Result<()> {
        let stepped = step_back(&self.file, self.back);
        let written = stepped.and_then(|()| self.buffer.write(&self.file));
        self.buffer.discard();
        written
    }
}

impl Drop for Accepted {
    /// The call has failed, and says so if it is awaited.
    fn drop(&mut self) {
        if !self.buffer.is_empty() {
            let _ = self.write();
        }
    }
}

#[offload(catch)]
fn read(file: Arc<File>, mut buffer: Buffer, limit: usize) -> Result<(Done, Buffer)> {
    let read = buffer.read(&file, limit);
    Ok((Done::Read(read), buffer))
}

#[offload(catch)]
fn write(mut accepted: Accepted) -> Result<(Done, Buffer)> {
    let written = accepted.write();
    Ok((Done::Write(written), mem::take(&mut accepted.buffer)))
}

#[offload(catch)]
fn seek(file: Arc<File>, buffer: Buffer, back: i64, to: SeekFrom) -> Result<(Done, Buffer)> {
    let sought = step_back(&file, back).and_then(|()| (&*file).seek(to));
    Ok((Done::Seek(sought), buffer))
}

#[offload(catch)]
fn set_len(file: Arc<File>, buffer: Buffer, back: i64, size: u64) -> Result<(Done, Buffer)> {
    let cut = step_back(&file, back).and_then(|()| file.set_len(size));
    Ok((Done::SetLen(cut), buffer))
}

/// Seeks back to the position of the user, who has not taken all that was read.
fn step_back(mut file: &File, back: i64) -> Result<()> {
    if back == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::Current(-back)).map(drop)
}

impl InFlight {
    pub(super) const fn new(buffer: Buffer) -> Self {
        Self {
            state: State::Idle(buffer),
            lost: None,
            position: 0,
        }
    }

    /// The buffer, unless an operation has it.
    pub(super) const fn idle(&mut self) -> Option<&mut Buffer> {
        match &mut self.state {
            State::Idle(buffer) => Some(buffer),
            State::Busy { .. } => None,
        }
    }

    pub(super) fn start_read(&mut self, file: &Arc<File>, limit: usize) {
        let buffer = self.take_buffer();
        self.start(read(Arc::clone(file), buffer, limit), false);
    }

    pub(super) fn start_write(&mut self, file: &Arc<File>, back: i64) {
        let accepted = Accepted {
            file: Arc::clone(file),
            buffer: self.take_buffer(),
            back,
        };
        self.start(write(accepted), true);
    }

    pub(super) fn start_seek(&mut self, file: &Arc<File>, back: i64, to: SeekFrom) {
        let buffer = self.take_buffer();
        self.start(seek(Arc::clone(file), buffer, back, to), false);
    }

    /// Cuts the file once nothing else runs. If the future is dropped, the next operation waits for the cut.
    pub(super) async fn set_len(&mut self, file: &Arc<File>, size: u64) -> Result<()> {
        self.settle().await;
        let back = self.idle().map_or(0, Buffer::discard);
        let buffer = self.take_buffer();
        self.start(set_len(Arc::clone(file), buffer, back, size), false);
        match poll_fn(|cx| self.poll(cx)).await? {
            Some(Done::SetLen(cut)) => cut,
            _ => Ok(()),
        }
    }

    fn take_buffer(&mut self) -> Buffer {
        self.idle().map(mem::take).unwrap_or_default()
    }

    /// Submitted at once: writes and seeks are made by their first poll, whether or not there is another.
    fn start(&mut self, call: Call, is_write: bool) {
        let call = call.start();
        self.state = State::Busy { call, is_write };
    }

    /// Polls the operation, if there is one. A call that failed has lost its buffer, and a new one takes its place.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Done>>> {
        let State::Busy { call, .. } = &mut self.state else {
            return Poll::Ready(Ok(None));
        };
        let ended = ready!(Pin::new(call).poll(cx));
        let (done, buffer) = match ended {
            Ok((done, buffer)) => (Ok(Some(done)), buffer),
            Err(error) => (Err(error), Buffer::default()),
        };
        self.state = State::Idle(buffer);
        Poll::Ready(done)
    }

    /// Waits for the operation and tells whether what was written is lost.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(kind) = self.lost.take() {
            return Poll::Ready(Err(kind.into()));
        }
        match ready!(self.poll(cx))? {
            Some(Done::Write(written)) => Poll::Ready(written),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Waits for the operation. Its error is reported later.
    pub(super) async fn settle(&mut self) {
        let flushed = poll_fn(|cx| self.poll_flush(cx)).await;
        if let Err(error) = flushed {
            self.lost = Some(error.kind());
        }
    }
}

impl Drop for InFlight {
    /// A write that runs goes on, although nobody waits for it: its bytes were accepted.
    fn drop(&mut self) {
        let state = mem::replace(&mut self.state, State::Idle(Buffer::default()));
        match state {
            State::Busy { call, is_write } if is_write && !call.is_finished() => call.detach(),
            _ => {}
        }
    }
}
