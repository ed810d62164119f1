//! `catch`: whatever ends a call without a result is an error of the function, of whatever type that is.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use offload_tests::{Shelf, current_thread, drive, gate, run_on};
use tokio_offload::{__private as p, Error, Offload, Pool, offload, run};

type Boxed = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
enum Own {
    #[error("the text is no number")]
    Parse(#[from] std::num::ParseIntError),
    #[error(transparent)]
    Call(#[from] Error),
}

#[offload]
fn parse(text: &str) -> Result<u32, Own> {
    assert!(!text.is_empty(), "nothing to parse");
    Ok(text.parse()?)
}

#[tokio::test]
async fn a_panic_is_an_error_and_results_are_as_they_were() {
    assert_eq!(parse("7").catch().await.unwrap(), 7);
    assert!(matches!(parse("seven").catch().await, Err(Own::Parse(_))));
    let Err(Own::Call(Error::Panicked(panic))) = parse("").catch().await else {
        panic!("another end");
    };
    assert_eq!(panic.message().as_deref(), Some("nothing to parse"));
}

#[tokio::test]
async fn every_usual_type_of_error_takes_a_failure() {
    fn panics<E: Send + 'static>() -> Offload<Result<(), E>> {
        run(|| panic!("planned"))
    }
    let texts = [
        panics::<anyhow::Error>()
            .catch()
            .await
            .unwrap_err()
            .to_string(),
        panics::<eyre::Report>()
            .catch()
            .await
            .unwrap_err()
            .to_string(),
        panics::<Boxed>().catch().await.unwrap_err().to_string(),
        panics::<io::Error>().catch().await.unwrap_err().to_string(),
        panics::<Error>().catch().await.unwrap_err().to_string(),
        panics::<Own>().catch().await.unwrap_err().to_string(),
        panics::<String>().catch().await.unwrap_err(),
    ];
    for text in texts {
        assert!(text.ends_with("planned"), "{text}");
    }
    let error = panics::<anyhow::Error>().catch().await.unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(Error::Panicked(_))));
}

static CLOSED: Pool = Pool::new("closed").threads(1);

#[test]
fn a_call_that_never_ran_is_an_error() {
    let alone = run(|| Ok::<_, Error>(1)).catch();
    assert!(matches!(drive(alone), Err(Error::NoRuntime)));

    let shelf = Shelf::default();
    let cancelled = run_on(&shelf, || Ok::<_, Error>(1)).catch().start();
    cancelled.cancel();
    assert!(matches!(drive(cancelled), Err(Error::Cancelled)));

    CLOSED.shutdown();
    let refused = CLOSED.run(|| Ok::<_, io::Error>(1)).catch();
    let error = drive(refused).unwrap_err();
    assert!(matches!(Error::from(error), Error::Shutdown));
}

/// What `outcome` tells is the failure itself, as without `catch`.
#[tokio::test]
async fn outcome_tells_the_same() {
    let outcome = parse("").catch().outcome().await;
    assert!(matches!(outcome, Err(Error::Panicked(_))));
    assert!(matches!(parse("7").catch().outcome().await, Ok(Ok(7))));
}

/// A caught call is lazy, may be started, refused, put back, abandoned and detached like the call in it.
#[test]
fn a_caught_call_is_a_call() {
    let shelf = Shelf::default();
    let (held, key) = gate();
    let call = run_on(&shelf, move || {
        held.pass();
        Ok::<_, Error>(1)
    });
    let call = call.catch();
    assert!(shelf.is_empty());
    let call = call.try_start().unwrap();
    key.open();
    shelf.take().run();
    assert!(call.is_finished());
    assert_eq!(drive(call).unwrap(), 1);

    let dropped = run_on(&shelf, || -> Result<(), Error> { panic!("it ran") });
    drop(dropped.catch().start());
    assert!(shelf.take().is_abandoned());

    let (say, said) = std::sync::mpsc::channel();
    let detached = run_on(&shelf, move || {
        say.send(5).unwrap();
        Ok::<_, Error>(())
    });
    detached.catch().detach();
    shelf.take().run();
    assert_eq!(said.recv(), Ok(5));
}

/// What the attribute writes for its option.
#[test]
fn generated_code_catches() {
    let call = p::catch::<Result<u8, Boxed>>(run(|| panic!("planned")));
    let error = current_thread().block_on(call).unwrap_err();
    assert!(error.to_string().ends_with("planned"), "{error}");
}

/// An error of I/O goes through `Error` and back without a change.
#[test]
fn errors_of_io_are_errors_of_calls() {
    let error = Error::from(io::Error::new(ErrorKind::NotFound, "no such thing"));
    assert_eq!(error.to_string(), "no such thing");
    assert_eq!(io::Error::from(error).kind(), ErrorKind::NotFound);
    let wrapped = io::Error::from(Error::Full);
    assert!(matches!(Error::from(wrapped), Error::Full));
}
