//! A service on one async thread: `ping` is answered by `pong`, an upload by its result.
//!
//! A request is a line: `ping`, or `decode BYTES NAME` followed by that many bytes. An answer is a line too.

use std::io;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
};

use super::{answer, decoders};

/// Takes connections for as long as it is polled.
pub(crate) async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        // An error of one client, which goes away or breaks the protocol, does not end the service.
        tokio::spawn(async move { drop(converse(BufStream::new(stream)).await) });
    }
}

async fn converse(mut stream: BufStream<TcpStream>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        (&mut stream).take(LINE).read_line(&mut line).await?;
        let words: Vec<_> = line.trim_end().splitn(3, ' ').collect();
        let answer = match words[..] {
            ["ping"] => "pong".to_owned(),
            ["decode", bytes, name] => decode(&mut stream, bytes, name).await?,
            _ => return Ok(()),
        };
        stream.write_all(format!("{answer}\n").as_bytes()).await?;
        stream.flush().await?;
    }
}

/// The call is an ordinary async one. `outcome` keeps failures of the call apart from errors of the decoder.
async fn decode(stream: &mut BufStream<TcpStream>, bytes: &str, name: &str) -> io::Result<String> {
    let size = bytes.parse().ok().filter(|size| *size <= UPLOAD);
    let size = size.ok_or(io::ErrorKind::InvalidInput)?;
    let mut bytes = vec![0; size];
    stream.read_exact(&mut bytes).await?;
    let outcome = decoders::decode(name, &bytes).outcome().await;
    Ok(answer::in_words(outcome).escape_debug().to_string())
}

/// How long a line of a request may be.
const LINE: u64 = 4096;
/// How large an upload may be.
pub(crate) const UPLOAD: usize = 64 << 20;
