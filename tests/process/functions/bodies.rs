//! What a body can ask in a worker.

use std::{path::Path, time::Duration};

use tokio_offload::{Error, Workers, block_on, check_cancelled, is_cancelled, offload, on_cancel};

use crate::{
    Failed, WORKERS,
    gate::{Gate, arrive_at},
};

/// A grace that no test uses up.
static POLITE: Workers = Workers::new("polite")
    .processes(2)
    .grace(Duration::from_secs(60));

#[offload(remote = POLITE)]
fn until_cancelled(gate: &Path) -> Result<u32, Failed> {
    assert!(!is_cancelled());
    check_cancelled()?;
    let mut tell = arrive_at(gate)?;
    while !is_cancelled() {
        std::thread::yield_now();
    }
    let asked = check_cancelled().expect_err("the body was asked");
    tell(if matches!(asked, Error::Cancelled) {
        1
    } else {
        2
    });
    Ok(3)
}

#[tokio::test]
async fn a_body_sees_that_it_is_cancelled() {
    let gate = Gate::new();
    let call = until_cancelled(gate.path()).start();
    let mut teller = gate.visitor().await;
    call.cancel();
    assert_eq!(teller.word().await, Some(1));
    teller.gone().await;
    // What it returns in time is its result.
    assert_eq!(call.await.unwrap(), 3);
    // Nothing of this stays in the worker.
    let call = until_cancelled(gate.path()).start();
    let mut teller = gate.visitor().await;
    call.cancel();
    assert_eq!(teller.word().await, Some(1));
}

#[tokio::test]
async fn a_body_sees_that_its_caller_has_gone() {
    let gate = Gate::new();
    let call = until_cancelled(gate.path()).start();
    let mut teller = gate.visitor().await;
    drop(call);
    assert_eq!(teller.word().await, Some(1));
}

#[offload(remote = POLITE)]
fn with_actions(gate: &Path) -> Result<(), Failed> {
    let (mut first, second) = (arrive_at(gate)?, std::sync::mpsc::channel());
    on_cancel(move || first(1))?;
    on_cancel(move || drop(second.0))?;
    // Ends when the second action has run.
    let _: Result<(), _> = second.1.recv();
    let mut late = arrive_at(gate)?;
    on_cancel(move || late(2))?;
    Ok(())
}

#[tokio::test]
async fn actions_run_when_a_body_is_cancelled() {
    let gate = Gate::new();
    let call = with_actions(gate.path()).start();
    let mut first = gate.visitor().await;
    call.cancel();
    assert_eq!(first.word().await, Some(1));
    assert_eq!(gate.visitor().await.word().await, Some(2));
    call.await.unwrap();
}

#[offload(remote = POLITE)]
fn with_an_action_left(gate: &Path) -> Result<(), Failed> {
    let mut tell = arrive_at(gate)?;
    on_cancel(move || tell(1))?;
    Ok(())
}

#[tokio::test]
async fn actions_of_a_body_that_ends_never_run() {
    let gate = Gate::new();
    let (end, mut teller) = tokio::join!(with_an_action_left(gate.path()), gate.visitor());
    end.unwrap();
    assert_eq!(teller.word().await, None);
}

static SOFT: Workers = Workers::new("soft")
    .processes(1)
    .soft_timeout(Duration::from_millis(20));

#[offload(remote = SOFT)]
fn until_the_limit() -> Result<bool, Failed> {
    let (told, hears) = std::sync::mpsc::channel();
    on_cancel(move || told.send(()).expect("the body waits"))?;
    hears.recv().expect("the action runs");
    Ok(is_cancelled())
}

#[tokio::test]
async fn a_body_sees_that_it_runs_long() {
    assert!(until_the_limit().await.unwrap());
    assert!(until_the_limit().await.unwrap());
}

#[offload(remote = WORKERS)]
fn blocks() -> Result<(), Error> {
    assert!(matches!(block_on(async {}), Err(Error::NoRuntime)));
    assert!(check_cancelled().is_ok());
    Ok(())
}

#[tokio::test]
async fn a_body_has_no_runtime_there() {
    blocks().await.unwrap();
    assert!(matches!(check_cancelled(), Err(Error::NotInBody)));
}

/// Panics with an action left, in the middle of a call.
#[offload(remote = POLITE)]
fn panics_with_an_action(gate: &Path) -> Result<(), Failed> {
    let mut tell = arrive_at(gate)?;
    on_cancel(move || tell(1))?;
    panic!("as planned")
}

#[tokio::test]
async fn a_panic_leaves_nothing_behind() {
    let gate = Gate::new();
    let (end, mut teller) = tokio::join!(panics_with_an_action(gate.path()), gate.visitor());
    assert!(matches!(end, Err(Failed::Call(Error::Panicked(_)))));
    assert_eq!(teller.word().await, None);
}
