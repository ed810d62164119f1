//! The thread that runs bodies, one after the other. Every call gets an answer, whatever its body does.

use std::{
    error::Error,
    fmt,
    os::unix::net::UnixStream,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{
    control, current,
    orphans::{self, Orphans},
    refuse,
    rss::Resident,
    socket,
};
use crate::{
    child::hooks::WorkerHooks,
    functions::{self, Function, Table},
    panics::{Panic, caught_panic, note_panics},
    pool::{
        Workers,
        functions::{difference, known, pool},
    },
    text::short,
    unwind::forget,
    wire::{
        buffers::KEEP,
        codec::{CodecError, Oversize, Point},
        frame::{Head, Kind, ROOM, SLACK},
        message::{self, Hello, Refusal, TooLarge, split_headers},
        output::Output,
        reader::MessageReader,
        summons::Key,
    },
};

/// Runs the initialiser, sends `Ready`, and answers calls until there are no more.
pub(super) fn serve(hello: &Hello, key: Key, worker: WorkerHooks, socket: &UnixStream) -> ! {
    control::note_bodies();
    let table = match get_ready(hello) {
        Ok(table) => table,
        Err(refusal) => refuse(socket, &refusal),
    };
    note_panics();
    let most = usize::try_from(hello.max_message).unwrap_or(usize::MAX);
    let mut server = Server {
        worker,
        table,
        most,
        resident: hello.max_resident.map(Resident::new),
        orphans: Orphans::default(),
        output: Output::new(ROOM.to_vec(), most),
    };
    let mut incoming = MessageReader::new(Vec::new(), most.saturating_add(SLACK));
    let ready = message::frame(Kind::Ready, &key);
    let mut end = socket::send_all(socket, &ready);
    while end.is_ok() {
        end = server.answer_next(socket, &mut incoming);
    }
    if end == Err(socket::Disconnected::Taken) {
        control::let_pool_be_first();
    }
    orphans::leave()
}

/// A panic here becomes the refusal that the pool receives.
fn get_ready(hello: &Hello) -> Result<&'static Table, Refusal> {
    let ready = catch_unwind(|| look_and_init(hello));
    ready.unwrap_or_else(|payload| {
        let message = caught_panic(&*payload).message;
        forget(payload);
        Err(Refusal::Init(format!("it panicked: {message}")))
    })
}

fn look_and_init(hello: &Hello) -> Result<&'static Table, Refusal> {
    let table = functions::table().map_err(|error| Refusal::Registry(error.to_owned()))?;
    if let Some(difference) = difference(&hello.functions, &known(table, &hello.pool)) {
        return Err(Refusal::Mismatch(difference));
    }
    let init = pool(table, &hello.pool).and_then(Workers::initialiser);
    let Some(init) = init else { return Ok(table) };
    let ready = init().map(|()| table);
    ready.map_err(|error| Refusal::Init(short(&Chain(&*error))))
}

/// An error with its causes, because only text can be sent.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Everything that is needed to answer calls.
struct Server {
    worker: WorkerHooks,
    table: &'static Table,
    most: usize,
    resident: Option<Resident>,
    orphans: Orphans,
    /// The frame of a reply: room for a head, then the result.
    output: Output,
}

impl Server {
    fn answer_next(
        &mut self,
        socket: &UnixStream,
        incoming: &mut MessageReader,
    ) -> Result<(), socket::Disconnected> {
        socket::wait(socket);
        if !current::arrive() {
            return Err(socket::Disconnected::Closed);
        }
        let head = socket::receive(socket, incoming)?;
        let mut frame = self.answer(head, incoming.body());
        incoming.clear(KEEP);
        let leaving = current::end()
            || self.resident.as_ref().is_some_and(Resident::is_over)
            || self.orphans.are_many();
        let (kind, frame) = match &mut frame {
            Ok(()) => (Kind::Reply, self.output.frame()),
            Err((kind, frame)) => (*kind, &mut frame[..]),
        };
        let mut answer = Head::new(kind);
        (answer.call, answer.extra) = (head.call, leaving);
        answer.seal(frame);
        socket::send_all(socket, frame)?;
        let leaving = current::finish() || leaving;
        self.output.clear(KEEP, self.most);
        if leaving {
            Err(socket::Disconnected::Closed)
        } else {
            Ok(())
        }
    }

    /// Runs the body of a call. The result is in `output`; anything else is a frame of its own.
    fn answer(&mut self, head: Head, body: &[u8]) -> Result<(), (Kind, Vec<u8>)> {
        let function = (head.kind == Kind::Call).then(|| self.table.find(head.key));
        let Some(function) = function.flatten() else {
            let error = CodecError::new(&"this worker knows no such function");
            return Err(trouble(&error.at(Point::DecodeArguments)));
        };
        let (arguments, headers) =
            split_headers(body, head.extra).map_err(|error| trouble(&error))?;
        current::begin(head.call);
        self.run(function, arguments, &headers)
    }

    fn run(
        &mut self,
        function: &'static Function,
        arguments: &[u8],
        headers: &[(String, String)],
    ) -> Result<(), (Kind, Vec<u8>)> {
        let mut result = None;
        let end = catch_unwind(AssertUnwindSafe(|| {
            // `place` and `max_message` are user code too.
            let limit = function.place().max_message().min(self.most);
            self.output.clear(KEEP, limit);
            let (output, around) = (&mut self.output, self.worker.around);
            let mut body = || result = Some(function.run(arguments, output));
            around(function, headers, &mut body);
        }));
        match (end, result) {
            (Ok(()), Some(Ok(()))) => Ok(()),
            (Ok(()), Some(Err(error))) => Err(trouble(&error)),
            (Ok(()), None) => Err(panic(&Panic {
                message: "what runs around bodies did not run this one".to_owned(),
                location: None,
            })),
            (Err(payload), _) => {
                let caught = caught_panic(&*payload);
                forget(payload);
                Err(panic(&caught))
            }
        }
    }
}

fn trouble(error: &CodecError) -> (Kind, Vec<u8>) {
    if let Some(Oversize { bytes, limit }) = error.too_large() {
        let (bytes, limit) = (bytes as u64, limit as u64);
        let large = TooLarge { bytes, limit };
        return (Kind::TooLarge, message::frame(Kind::TooLarge, &large));
    }
    (Kind::Codec, message::codec_frame(error))
}

fn panic(panic: &Panic) -> (Kind, Vec<u8>) {
    (Kind::Panic, message::frame(Kind::Panic, panic))
}
