//! The message and the location of a panic.

use std::{
    any::Any,
    cell::Cell,
    env, fs,
    hint::black_box,
    io::{self, Write},
    panic::{self, PanicHookInfo},
};

use serde::{Deserialize, Serialize};

use crate::text::short;

/// The message and the location of a panic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic {
    /// Its text.
    pub message: String,
    /// File, line and column, where known.
    pub location: Option<String>,
}

thread_local! {
    static LAST: Cell<Option<Panic>> = const { Cell::new(None) };
}

/// Sets a panic hook that records each later panic of this process on its thread, and calls the hook that was there.
pub fn note_panics() {
    let report = panic::take_hook();
    let room = room_for_backtrace();
    panic::set_hook(Box::new(move |info| {
        let location = info.location().map(ToString::to_string);
        let message = text(info.payload());
        // A thread may panic while its locals are destroyed.
        let _ = LAST.try_with(|last| last.set(Some(Panic { message, location })));
        if is_free(room) {
            report(info);
        } else {
            report_briefly(info);
        }
    }));
}

/// The memory that a backtrace may take: some, and more for a larger program, whose debug information is read. Measured: up to 30 MB for a
/// program of 5 MB, and up to 80 MB for one of 15 MB.
const ROOM: usize = 32 << 20;
const ROOM_FOR_BYTE: usize = 4;

/// Zero where panics are reported without one.
fn room_for_backtrace() -> usize {
    if env::var_os("RUST_BACKTRACE").is_none_or(|how| how == "0") {
        return 0;
    }
    let program = env::current_exe().and_then(fs::metadata);
    let bytes = program.map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    bytes.saturating_mul(ROOM_FOR_BYTE).saturating_add(ROOM)
}

/// Whether there is so much memory. Where it ends while std writes a backtrace, std waits for itself without an end.
fn is_free(bytes: usize) -> bool {
    let mut room = Vec::<u8>::new();
    let reserved = room.try_reserve_exact(bytes);
    black_box(&room);
    reserved.is_ok()
}

fn report_briefly(info: &PanicHookInfo<'_>) {
    // Where nobody reads it, the error of the call still tells it.
    let _ = writeln!(
        io::stderr(),
        "{info}\nnote: there is too little memory for a backtrace"
    );
}

/// The panic that was just caught. Without the hook the location is unknown.
pub fn caught_panic(payload: &(dyn Any + Send)) -> Panic {
    let noted = LAST.take().unwrap_or_default();
    let message = text(payload);
    let location = noted.location.filter(|_| noted.message == message);
    Panic { message, location }
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    short(&text.unwrap_or("a value that is no text"))
}
