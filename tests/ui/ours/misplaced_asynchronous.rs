//! Methods of a trait, which has declared all it can have.

use std::io::{self, Write};
use tokio_offload::offload;

#[derive(Clone)]
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

#[async_trait::async_trait]
trait Load {
    async fn load(&self) -> u8;
}

#[offload(asynchronous = _async)]
#[async_trait::async_trait]
impl Load for Log {
    fn load(&self) -> u8 {
        1
    }
}

async fn caller(log: Log) -> u8 {
    log.load().await
}

fn main() {
    let _ = Log.flush();
    drop(caller(Log));
}
