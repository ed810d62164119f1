//! Methods of a trait, which has declared all it can have.

use std::io::{self, Write};
use tokio_offload::offload;

struct Log;

#[offload(asynchronous = _async)]
impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let _ = Log.flush();
}
