//! tokio's traits for `File`.

use std::{
    io::{Error, IoSlice, Result, SeekFrom},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

use super::{
    File,
    buffer::Buffer,
    in_flight::{Done, InFlight},
};

impl AsyncRead for File {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let file = self.get_mut();
        let in_flight = file.in_flight.get_mut();
        loop {
            if let Some(buffer) = in_flight.idle() {
                if !buffer.is_empty() || to.remaining() == 0 {
                    buffer.take(to);
                    return Poll::Ready(Ok(()));
                }
                in_flight.start_read(&file.std, to.remaining().min(file.max_buf_size));
            }
            match ready!(in_flight.poll(cx))? {
                Some(Done::Read(read)) => {
                    read?;
                    if let Some(buffer) = in_flight.idle() {
                        buffer.take(to);
                    }
                    return Poll::Ready(Ok(()));
                }
                Some(done) => in_flight.remember(done),
                None => {}
            }
        }
    }
}

impl InFlight {
    /// Keeps the parts of an operation's result that are asked for later.
    fn remember(&mut self, done: Done) {
        match done {
            Done::Write(Err(error)) => self.lost = Some(error.kind()),
            Done::Seek(Ok(position)) => self.position = position,
            _ => {}
        }
    }
}

impl AsyncSeek for File {
    fn start_seek(self: Pin<&mut Self>, mut to: SeekFrom) -> Result<()> {
        let file = self.get_mut();
        let in_flight = file.in_flight.get_mut();
        let Some(buffer) = in_flight.idle() else {
            return Err(Error::other(
                "another operation is on its way: call `poll_complete` before `start_seek`",
            ));
        };
        let mut back = 0;
        let ahead = buffer.discard();
        if let SeekFrom::Current(offset) = &mut to {
            match offset.checked_sub(ahead) {
                Some(from_here) => *offset = from_here,
                None => back = ahead,
            }
        }
        in_flight.start_seek(&file.std, back, to);
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        let in_flight = self.get_mut().in_flight.get_mut();
        loop {
            match ready!(in_flight.poll(cx))? {
                None => return Poll::Ready(Ok(in_flight.position)),
                Some(Done::Seek(Err(error))) => return Poll::Ready(Err(error)),
                Some(done) => in_flight.remember(done),
            }
        }
    }
}

impl AsyncWrite for File {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(from)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let file = self.get_mut();
        let in_flight = file.in_flight.get_mut();
        // What an earlier operation read is given up below, and where it sought does not matter.
        ready!(in_flight.poll_flush(cx))?;
        let limit = file.max_buf_size;
        let (mut back, mut count) = (0, 0);
        if let Some(buffer) = in_flight.idle() {
            back = Buffer::discard(buffer);
            count = buffer.fill(from, limit);
        }
        in_flight.start_write(&file.std, back);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().in_flight.get_mut().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_flush(cx)
    }
}
