//! The functions that the tests call, and the clusters they name.

use std::{
    fs,
    io::Write,
    path::Path,
    process::abort,
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeTuple};
use tokio::runtime::Handle;
use tokio_offload::{Error, Pool, Workers, attempt, call_id, is_cancelled, offload};
use tokio_offload_cluster::Cluster;

/// Many times what a node needs to start on a busy machine.
const START: Duration = Duration::from_secs(20);

/// Long enough for a body to begin, also on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(3);
pub(crate) const QUEUE_LIMIT: Duration = Duration::from_secs(8);

pub(crate) static PLAIN: Cluster = Cluster::new("plain").wait_for_nodes(START);
pub(crate) static AGAIN: Cluster = Cluster::new("again").retries(2).wait_for_nodes(START);
pub(crate) static HASTY: Cluster = Cluster::new("hasty").timeout(LIMIT);
pub(crate) static LATE: Cluster = Cluster::new("late")
    .timeout(LIMIT)
    .queue_timeout(QUEUE_LIMIT);
pub(crate) static NARROW: Cluster = Cluster::new("narrow").queue_capacity(2);
pub(crate) static LONELY: Cluster = Cluster::new("lonely").wait_for_nodes(Duration::from_secs(3));
pub(crate) static SMALL: Cluster = Cluster::new("small")
    .max_message(4 << 20)
    .wait_for_nodes(START);
/// Its calls wait for nodes for longer than any test takes, so a call that ends earlier ended for another reason.
pub(crate) static STRICT: Cluster =
    Cluster::new("strict").wait_for_nodes(Duration::from_secs(3600));
pub(crate) static FEW: Cluster = Cluster::new("few").in_flight(2);
pub(crate) static SAFE: Cluster = Cluster::new("safe").replicas(3);
pub(crate) static MANY: Cluster = Cluster::new("many").shards(5).queue_capacity(100);
pub(crate) static LOOSE: Cluster = Cluster::new("loose").detach_on_drop();

pub(crate) static POOL: Pool = Pool::new("bodies").threads(8);
pub(crate) static SANDBOX: Workers = Workers::new("sandbox").processes(4).init(|| {
    crate::carried::register();
    Ok(())
});

/// Workers of which none can start.
pub(crate) static BROKEN: Workers = Workers::new("broken")
    .processes(4)
    .init(|| Err("no licence".into()));

#[allow(dead_code, reason = "workers find their `init` through it")]
#[offload(remote = BROKEN)]
pub(crate) fn in_broken() -> Result<u32, Error> {
    Ok(std::process::id())
}

/// Workers find their `init` only through a function that names them.
#[offload(remote = SANDBOX)]
pub(crate) fn in_sandbox() -> Result<u32, Error> {
    Ok(std::process::id())
}

#[offload(remote = PLAIN)]
pub(crate) fn add(one: u32, other: u32) -> Result<u32, Error> {
    Ok(one + other)
}

#[offload(remote = STRICT)]
pub(crate) fn add_strictly(one: u32, other: u32) -> Result<u32, Error> {
    Ok(one + other)
}

#[offload(remote = PLAIN)]
pub(crate) fn echo(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(bytes.to_vec())
}

#[offload(remote = PLAIN)]
pub(crate) fn pid() -> Result<u32, Error> {
    Ok(std::process::id())
}

/// The runtime that the body can ask for.
#[offload(remote = PLAIN)]
pub(crate) fn runtime() -> Result<Option<String>, Error> {
    let runtime = Handle::try_current().ok();
    Ok(runtime.map(|runtime| runtime.id().to_string()))
}

/// A value as deeply nested as it is long.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Chain {
    End,
    Link(Box<Chain>),
}

impl Chain {
    pub(crate) fn of(length: u32) -> Self {
        (0..length).fold(Self::End, |rest, _| Self::Link(Box::new(rest)))
    }
}

#[offload(remote = PLAIN)]
pub(crate) fn deep(chain: Chain) -> Result<u32, Error> {
    let (mut length, mut rest) = (0, chain);
    while let Chain::Link(next) = rest {
        (length, rest) = (length + 1, *next);
    }
    Ok(length)
}

/// Writes that the body has begun, and waits until it may end or is asked to stop. Each start is noted in a file of its own.
fn hold(begun: &Path, end: &Path) -> Result<bool, Error> {
    note(&begun.with_extension("starts"))?;
    fs::write(begun, std::process::id().to_string())?;
    let since = Instant::now();
    while !end.exists() && since.elapsed() < Duration::from_secs(180) {
        if is_cancelled() {
            fs::write(begun.with_extension("cancelled"), "")?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(true)
}

#[offload(remote = PLAIN)]
pub(crate) fn wait(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

/// Says when it ends.
#[offload(remote = PLAIN)]
pub(crate) fn wait_for_bytes(begun: &Path, end: &Path, size: usize) -> Result<Vec<u8>, Error> {
    hold(begun, end)?;
    fs::write(begun.with_extension("done"), "")?;
    Ok(vec![7; size])
}

/// The same in a cluster of small messages, with a name for each call.
#[offload(remote = SMALL)]
pub(crate) fn wait_for_much(folder: &Path, number: u32, size: usize) -> Result<Vec<u8>, Error> {
    hold(&folder.join(format!("{number}.begun")), &folder.join("end"))?;
    fs::write(folder.join(format!("{number}.done")), "")?;
    Ok(vec![7; size])
}

#[offload(remote = LOOSE)]
pub(crate) fn wait_loosely(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

#[offload(remote = AGAIN)]
pub(crate) fn wait_again(begun: &Path, end: &Path) -> Result<(bool, Option<u32>), Error> {
    let begun = begun.with_extension(attempt().unwrap_or(0).to_string());
    hold(&begun, end).map(|waited| (waited, attempt()))
}

#[offload(remote = HASTY)]
pub(crate) fn wait_hastily(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

#[offload(remote = LATE)]
pub(crate) fn wait_late(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

#[offload(remote = NARROW)]
pub(crate) fn wait_narrowly(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

#[offload(remote = FEW)]
pub(crate) fn wait_few(begun: &Path, end: &Path) -> Result<bool, Error> {
    hold(begun, end)
}

#[offload(remote = PLAIN)]
pub(crate) fn crash() -> Result<u32, Error> {
    abort()
}

#[offload(remote = AGAIN)]
pub(crate) fn crash_again(log: &Path) -> Result<u32, Error> {
    note(log)?;
    abort()
}

#[offload(remote = PLAIN)]
pub(crate) fn panics() -> Result<u32, Error> {
    panic!("not today")
}

#[offload(remote = LONELY)]
pub(crate) fn lonely() -> Result<u32, Error> {
    Ok(1)
}

#[offload(remote = LONELY)]
pub(crate) fn other_lonely() -> Result<u32, Error> {
    Ok(2)
}

#[offload(remote = SMALL)]
pub(crate) fn repeat(bytes: &[u8], times: usize) -> Result<Vec<u8>, Error> {
    Ok(bytes.repeat(times))
}

/// Encodes without end if the flag is set, and as nothing otherwise.
#[derive(Debug)]
pub(crate) struct Endless(pub(crate) bool);

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !self.0 {
            return to.serialize_unit();
        }
        let mut numbers = to.serialize_tuple(usize::MAX)?;
        loop {
            numbers.serialize_element(&u64::MAX)?;
        }
    }
}

impl<'de> Deserialize<'de> for Endless {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <()>::deserialize(from).map(|()| Self(false))
    }
}

#[offload(remote = SMALL)]
pub(crate) fn endless(_given: Endless, back: bool) -> Result<Endless, Error> {
    Ok(Endless(back))
}

/// A body that calls its own cluster.
#[offload(remote = PLAIN)]
pub(crate) fn nested() -> Result<String, Error> {
    let end = tokio_offload::block_on(add(1, 2))?;
    Ok(format!("{end:?}"))
}

#[offload(remote = PLAIN)]
pub(crate) fn who_am_i() -> Result<(Option<String>, Option<u32>), Error> {
    Ok((call_id(), attempt()))
}

/// Logs the start of this call with its name and its attempt: a whole line or nothing.
fn note(log: &Path) -> Result<(), Error> {
    let line = format!(
        "{} {}\n",
        call_id().unwrap_or_default(),
        attempt().unwrap_or(0)
    );
    let mut file = fs::OpenOptions::new().append(true).create(true).open(log)?;
    file.write_all(line.as_bytes())?;
    Ok(())
}

#[offload(remote = PLAIN)]
pub(crate) fn count(log: &Path, number: u32, millis: u64) -> Result<u32, Error> {
    assert_eq!(attempt(), Some(1));
    note(log)?;
    thread::sleep(Duration::from_millis(millis));
    Ok(number)
}

#[offload(remote = SAFE)]
pub(crate) fn count_safely(log: &Path, number: u32, millis: u64) -> Result<u32, Error> {
    note(log)?;
    thread::sleep(Duration::from_millis(millis));
    Ok(number)
}

#[offload(remote = MANY)]
pub(crate) fn count_many(log: &Path, number: u32, millis: u64) -> Result<u32, Error> {
    note(log)?;
    thread::sleep(Duration::from_millis(millis));
    Ok(number)
}

#[offload(remote = AGAIN)]
pub(crate) fn count_again(log: &Path, number: u32, millis: u64) -> Result<u32, Error> {
    note(log)?;
    thread::sleep(Duration::from_millis(millis));
    Ok(number)
}
