//! Ends that a body or its process brings about: each fails its call, by a kind of its own, and nothing else.

use std::{env, error::Error as _, io, iter, mem::size_of, os::unix::process::CommandExt, process};

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, StartError, Workers, offload};

use crate::{Failed, WORKERS, call_error, elsewhere};

static LONE: Workers = Workers::new("lone")
    .processes(1)
    .env(&[("OFFLOAD_TEST", "worker")]);

static CALM: Workers = Workers::new("calm")
    .processes(1)
    .env(&[("OFFLOAD_TEST", "worker")]);

#[offload(remote = CALM)]
fn process_id() -> Result<u32, Failed> {
    elsewhere();
    Ok(process::id())
}

#[offload(remote = CALM)]
fn panics(text: &str) -> Result<(), Failed> {
    elsewhere();
    panic!("as {text}")
}

#[offload(remote = LONE)]
fn ends(how: &str) -> Result<u32, Failed> {
    elsewhere();
    match how {
        "abort" => process::abort(),
        "exit" => process::exit(3),
        "kill" => {
            let id = process::id().to_string();
            process::Command::new("kill").args(["-9", &id]).status()?;
        }
        // What it becomes has none of its descriptors.
        "exec" => {
            let error = process::Command::new("sleep").arg("1000").exec();
            return Err(Failed::Own(error.to_string()));
        }
        _ => {}
    }
    Ok(process::id())
}

#[tokio::test]
async fn a_panic_tells_its_text_and_its_place_and_the_worker_goes_on() {
    let before = process_id().await.unwrap();
    let Error::Panicked(panic) = call_error(panics("planned").await) else {
        panic!("another error");
    };
    assert_eq!(panic.message().as_deref(), Some("as planned"));
    let location = panic.location().expect("a place");
    assert!(
        location.contains("process/functions/ends.rs:"),
        "{location}"
    );
    assert!(panic.to_string().contains(location), "{panic}");
    assert!(panic.to_string().ends_with(": as planned"), "{panic}");
    assert_eq!(
        *panic.into_payload().downcast::<String>().unwrap(),
        "as planned"
    );
    let Err(Error::Panicked(panic)) = panics("planned").outcome().await else {
        panic!("another end");
    };
    assert_eq!(panic.message().as_deref(), Some("as planned"));
    assert_eq!(process_id().await.unwrap(), before);
}

#[tokio::test]
async fn a_death_tells_who_died_and_how() {
    for (how, signal, code) in [
        ("abort", Some(6), None),
        ("exit", None, Some(3)),
        ("kill", Some(9), None),
        ("exec", Some(9), None),
    ] {
        let Error::WorkerDied(death) = call_error(ends(how).await) else {
            panic!("{how}: another error");
        };
        assert_eq!((death.signal(), death.code()), (signal, code), "{how}");
        assert_eq!(death.closed_connection(), how == "exec", "{death}");
        assert_eq!(
            death.to_string().contains("closed its connection"),
            how == "exec"
        );
        assert_ne!(death.pid(), process::id());
        assert_eq!(death.attempts(), 1);
        assert_eq!(death.function(), concat!(module_path!(), "::ends"));
        let text = death.to_string();
        assert!(text.contains(&death.pid().to_string()), "{text}");
        assert!(text.contains(death.function()), "{text}");
        assert!(
            matches!(ends(how).outcome().await, Err(Error::WorkerDied(_))),
            "{how}"
        );
        assert!(ends("well").await.is_ok(), "{how}");
    }
}

static UNREADY: Workers = Workers::new("unready")
    .processes(1)
    .init(|| Err(io::Error::other("no licence").into()));

#[offload(remote = UNREADY)]
fn never_ready() -> Result<(), Failed> {
    Ok(())
}

/// Programs print an error with its causes, or without them: either way these words are there, and once.
fn assert_told_once(error: &Error, words: &str) {
    let causes = iter::successors(error.source(), |cause| (*cause).source());
    let all = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(all.matches(words).count(), 1, "{all}");
}

#[tokio::test]
async fn a_worker_that_is_never_ready_tells_why() {
    let Error::Start(cause) = call_error(never_ready().await) else {
        panic!("another error");
    };
    assert!(
        matches!(&*cause, StartError::Init(text) if text.contains("no licence")),
        "{cause}"
    );
    let error = never_ready().outcome().await.expect_err("it is not ready");
    assert!(matches!(error, Error::Start(_)), "{error:?}");
    assert_told_once(&error, "no licence");
}

static MISSING: Workers = Workers::new("missing")
    .processes(1)
    .executable("/nowhere/at-all");

#[offload(remote = MISSING)]
fn never_there() -> Result<(), Failed> {
    Ok(())
}

#[tokio::test]
async fn a_process_that_cannot_be_started_tells_why() {
    let Error::Spawn(cause) = call_error(never_there().await) else {
        panic!("another error");
    };
    assert_eq!(cause.kind(), io::ErrorKind::NotFound);
    let error = never_there().outcome().await.expect_err("it is not there");
    assert!(matches!(error, Error::Spawn(_)), "{error:?}");
    assert_told_once(&error, "/nowhere/at-all");
}

static CLOSED: Workers = Workers::new("closed").processes(1);

#[offload(remote = CLOSED)]
fn too_late() -> Result<(), Failed> {
    Ok(())
}

#[tokio::test]
async fn a_pool_that_is_shut_down_refuses() {
    too_late().await.unwrap();
    CLOSED.shutdown();
    assert!(matches!(call_error(too_late().await), Error::Shutdown));
    assert!(matches!(too_late().outcome().await, Err(Error::Shutdown)));
}

/// The kind of end that a call to a worker comes to in a worker.
#[offload(remote = WORKERS)]
fn calls_a_worker() -> Result<u32, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(Error::Thread)?;
    match runtime.block_on(ends("well")) {
        Ok(id) => Ok(id),
        Err(failed) => Err(call_error::<()>(Err(failed))),
    }
}

#[tokio::test]
async fn a_worker_has_no_workers() {
    assert!(matches!(calls_a_worker().await, Err(Error::Nested)));
}

#[test]
fn an_error_is_small() {
    assert!(size_of::<Error>() <= 3 * size_of::<usize>());
}

/// Sends an error there and back.
#[offload(remote = WORKERS)]
fn returns(error: Error) -> Result<(), Error> {
    elsewhere();
    Err(error)
}

#[tokio::test]
async fn errors_cross_too() {
    let Error::WorkerDied(death) = call_error(ends("exit").await) else {
        panic!("another error");
    };
    let Err(Error::WorkerDied(back)) = returns(Error::WorkerDied(death.clone())).await else {
        panic!("another error");
    };
    assert_eq!(back, death);
    let missing = io::Error::from_raw_os_error(2);
    let Err(Error::Spawn(back)) = returns(Error::Spawn(missing)).await else {
        panic!("another error");
    };
    assert_eq!(back.raw_os_error(), Some(2));
    let all = [
        Error::Cancelled,
        Error::Full,
        Error::Shutdown,
        Error::NoRuntime,
        Error::NotInBody,
        Error::Thread(io::Error::other("why")),
        Error::Init(Box::<dyn std::error::Error + Send + Sync>::from("why").into()),
        Error::Poisoned,
        Error::WouldBlock,
        Error::NotInitialized,
        Error::NoIo,
        Error::Forked(7),
        Error::Privileged("why".into()),
        Error::Nested,
        Error::Start(Box::new(StartError::Init("why".into()))),
        Error::Start(Box::new(StartError::Mismatch("how".into()))),
        Error::Start(Box::new(StartError::Functions("which".into()))),
        Error::Start(Box::new(StartError::Silent {
            limit: std::time::Duration::from_secs(1),
            program: "which".into(),
        })),
        Error::Start(Box::new(StartError::Died(death))),
        Error::TimedOut(std::time::Duration::from_secs(1)),
        Error::QueueTimedOut(std::time::Duration::from_secs(1)),
        Error::TooLarge { bytes: 2, limit: 1 },
    ];
    for error in all {
        let (shown, cause) = (error.to_string(), source(&error));
        let back = returns(error).await.expect_err("the error");
        assert_eq!((back.to_string(), source(&back)), (shown, cause));
    }
}

fn source(error: &Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

#[offload(remote = CALM)]
fn reads(path: &str) -> Result<String, Error> {
    elsewhere();
    if path.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no path").into());
    }
    Ok(std::fs::read_to_string(path)?)
}

/// The library's own error is ready to be used by functions that do I/O.
#[tokio::test]
async fn errors_of_io_cross_with_kind_and_number() {
    let Err(Error::Io(error)) = reads("/no/such/file").await else {
        panic!("another end");
    };
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.raw_os_error().is_some());
    let error = io::Error::from(reads("").await.unwrap_err());
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "no path");
}

/// Panics when a worker drops it.
#[derive(Debug, Serialize, Deserialize)]
struct Fragile(u32);

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(env::var_os("OFFLOAD_TEST").is_none(), "dropped in a worker");
    }
}

#[offload(remote = CALM)]
fn fragile(n: u32) -> Result<Fragile, Failed> {
    elsewhere();
    Ok(Fragile(n))
}

/// The body has returned by then, and its caller has a value of its own.
#[tokio::test]
async fn a_result_that_panics_as_its_worker_drops_it_reaches_the_caller() {
    let before = process_id().await.unwrap();
    assert_eq!(fragile(7).await.unwrap().0, 7);
    assert_eq!(process_id().await.unwrap(), before);
}
