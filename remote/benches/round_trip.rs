//! What a call costs beside what moving its bytes costs: a bare pair of sockets in the same run, ours in turn with it.
//!
//! Nothing here calls `init`: the feature `test-util`, which dev-dependencies turn on, makes this binary able to be a worker.

use std::{
    future::Future,
    hint::black_box,
    io::{Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    pin::Pin,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;
use tokio_offload_remote::{
    Call, CodecError, Config, FUNCTIONS, Failure, Function, Output, Point, Workers, decode_bytes,
    encode_bytes, linkme,
};

static POOL: Workers = Config::new("bench").processes(1).build();

fn length(mut input: &[u8], output: &mut Output) -> Result<(), CodecError> {
    let bytes = decode_bytes(&mut input).map_err(|error| error.at(Point::DecodeArguments))?;
    output.encode(&black_box(bytes).len())
}

fn echo(mut input: &[u8], output: &mut Output) -> Result<(), CodecError> {
    output.encode_bytes(decode_bytes(&mut input)?)
}

#[linkme::distributed_slice(FUNCTIONS)]
static LENGTH: Function = Function::new("bench::length", || &POOL, length, |_| ());

#[linkme::distributed_slice(FUNCTIONS)]
static ECHO: Function = Function::new("bench::echo", || &POOL, echo, |_| ());

fn call(function: &'static Function, bytes: &[u8]) -> Call {
    let mut buffer = POOL.take_buffer();
    let encoded = encode_bytes(bytes, &mut buffer);
    POOL.call(function, encoded.map(|()| buffer), Vec::new())
}

/// Another process that sends back every byte, over a blocking socket.
struct Bare {
    child: Child,
    socket: UnixStream,
}

impl Bare {
    fn new() -> std::io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        let child = Command::new("/proc/self/exe")
            .arg("--bare")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()?;
        Ok(Self { child, socket })
    }

    fn serve() -> std::io::Result<()> {
        use std::os::fd::AsFd;
        let mut socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let mut buffer = [0; 64];
        loop {
            let bytes = socket.read(&mut buffer)?;
            if bytes == 0 {
                return Ok(());
            }
            socket.write_all(&buffer[..bytes])?;
        }
    }

    fn round(&mut self) -> std::io::Result<()> {
        let mut buffer = [0; 32];
        self.socket.write_all(&buffer)?;
        self.socket.read_exact(&mut buffer)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The median of many rounds.
fn median(rounds: usize, mut round: impl FnMut()) -> Duration {
    for _ in 0..rounds / 10 {
        round();
    }
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[rounds / 2]
}

async fn median_of<F: Future<Output = Result<(), Failure>>>(
    rounds: usize,
    mut round: impl FnMut() -> F,
) -> Result<Duration, Failure> {
    let mut times = Vec::with_capacity(rounds);
    for at in 0..rounds + rounds / 10 {
        let start = Instant::now();
        round().await?;
        if at >= rounds / 10 {
            times.push(start.elapsed());
        }
    }
    times.sort();
    Ok(times[rounds / 2])
}

fn length_of(bytes: &[u8]) -> Pin<Box<dyn Future<Output = Result<(), Failure>>>> {
    let call = call(&LENGTH, bytes);
    Box::pin(async move { call.await.map(drop) })
}

async fn throughput(in_flight: usize) -> Result<f64, Failure> {
    let rounds = 500;
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..in_flight {
        tasks.spawn(async move {
            for _ in 0..rounds {
                call(&LENGTH, b"").await?;
            }
            Ok(())
        });
    }
    while let Some(end) = tasks.join_next().await {
        end.unwrap_or(Err(Failure::Cancelled))?;
    }
    Ok(
        f64::from(u32::try_from(in_flight * rounds).unwrap_or(u32::MAX))
            / start.elapsed().as_secs_f64(),
    )
}

fn one() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn several() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

fn rate(bytes: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / time.as_secs_f64() / 1e9
}

fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == "--bare") {
        return Bare::serve().map_err(Failure::Spawn);
    }
    let mut bare = Bare::new().map_err(Failure::Spawn)?;
    let (one, several) = (one(), several());
    println!("no-op round trip, median: bare sockets | one thread | two threads");
    for _ in 0..5 {
        let floor = median(20_000, || bare.round().expect("the other side lives"));
        let single = one.block_on(median_of(20_000, || length_of(b"")))?;
        let multi = several.block_on(async {
            tokio::spawn(async { median_task().await })
                .await
                .expect("it does not panic")
        })?;
        println!(
            "  {floor:9.1?} | {single:9.1?} ({:.2}x) | {multi:9.1?} ({:.2}x)",
            single.as_secs_f64() / floor.as_secs_f64(),
            multi.as_secs_f64() / floor.as_secs_f64(),
        );
    }
    for in_flight in [1, 64, 256] {
        println!(
            "{in_flight:4} in flight: {:8.0} calls/s | {:8.0} calls/s",
            one.block_on(throughput(in_flight))?,
            several.block_on(throughput(in_flight))?,
        );
    }
    for bytes in [1 << 10, 64 << 10, 1 << 20, 10 << 20, 100 << 20] {
        let payload = vec![7; bytes];
        let rounds = (200 << 20 >> 3) / bytes.max(1 << 16) + 5;
        let there = one.block_on(median_of(rounds, || length_of(&payload)))?;
        let both = one.block_on(median_of(rounds, || {
            let call = call(&ECHO, &payload);
            async { call.await.map(drop) }
        }))?;
        println!(
            "{bytes:10} bytes: there {there:9.1?} ({:.2} GB/s) | there and back {both:9.1?}",
            rate(bytes, there)
        );
    }
    one.block_on(POOL.close());
    Ok(())
}

async fn median_task() -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for at in 0..22_000 {
        let start = Instant::now();
        call(&LENGTH, b"").await?;
        if at >= 2000 {
            times.push(start.elapsed());
        }
    }
    times.sort();
    Ok(times[times.len() / 2])
}
