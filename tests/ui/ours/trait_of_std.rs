//! Traits of std whose methods nobody awaits: the block is refused once, and stays as written. One with such a name and methods of its own
//! is another trait, and so is one of bytes whose methods cannot fail. The text holds for one that has all of std's, too.

use std::fmt::{Display, Formatter, Result};
use std::io::{self, Write};
use tokio_offload::offload;

struct Log;

#[offload]
impl Drop for Log {
    fn drop(&mut self) {}
}

#[offload]
impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    #[offload(skip)]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Display for Log {
    #[offload]
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("log")
    }
}

impl Iterator for Log {
    type Item = u8;

    #[offload]
    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

mod own {
    pub(crate) trait Read {
        fn read(&mut self, bytes: &mut [u8]) -> impl Future<Output = usize>;

        fn close(&mut self) -> impl Future<Output = ()>;
    }

    pub(crate) trait Index {
        fn index(&mut self, text: &str) -> impl Future<Output = ()>;
    }
}

mod bytes {
    pub(crate) trait Write {
        fn write(&mut self, bytes: &[u8]) -> impl Future<Output = usize>;

        fn flush(&mut self) -> impl Future<Output = ()>;
    }
}

mod to_bytes {
    use super::{Log, bytes::Write};

    #[tokio_offload::offload]
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> usize {
            bytes.len()
        }

        fn flush(&mut self) {}
    }
}

#[offload]
impl own::Index for Log {
    fn index(&mut self, text: &str) {
        drop(text.to_owned());
    }
}

#[offload]
impl own::Read for Log {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        bytes.len()
    }

    fn close(&mut self) {}
}

fn main() {
    println!("{Log} {:?}", Log.next());
}
