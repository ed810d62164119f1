//! Bodies in worker processes.

use std::error::Error;

use tokio::runtime::Handle;
use tokio_offload::{__private::remote::workers as place_of, Workers};
use tokio_offload_remote::{Failure, WorkerExit};

use super::{
    body::{Bodies, after},
    place::{Body, BodyEnd, Occupied, Place},
};
use crate::{
    failure::codec,
    message::{Dead, Outcome},
};

impl Bodies for &'static Workers {}

impl Place for &'static Workers {
    fn slots(&self) -> usize {
        self.max_processes()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body, _: Handle) -> Occupied {
        Box::pin(in_process(self, body))
    }
}

/// Runs a body in a worker process. To end it, the process is killed, after the grace time of the workers if they have one.
async fn in_process(workers: &'static Workers, body: Body) {
    let place = place_of(workers);
    let mut buffer = place.take_buffer();
    buffer.extend_from_slice(&body.arguments);
    drop(body.arguments);
    let mut call = place.call(body.function, Ok(buffer), body.headers);
    let limit = body.limit;
    let early = tokio::select! {
        end = &mut call => return (body.ended)(match end {
            Ok(reply) => Outcome::Done(reply.bytes().to_vec()).into(),
            Err(Failure::Shutdown) if !call.may_have_begun() => BodyEnd::Closed,
            Err(failure) => outcome(failure).into(),
        }),
        _ = body.stop => Outcome::Cancelled,
        () = after(limit) => Outcome::TimedOut(limit.unwrap_or_default()),
    };
    (body.ended)(early.into());
    call.cancel();
    let _ = call.await;
}

/// Why a body in a worker process has no result.
fn outcome(failure: Failure) -> Outcome {
    match failure {
        Failure::Panicked { message, location } => Outcome::Panicked { message, location },
        Failure::Died(exit) => Outcome::Died(dead(&exit)),
        Failure::TimedOut(limit) => Outcome::TimedOut(limit),
        Failure::TooLarge { bytes, limit } => Outcome::TooLarge {
            bytes: bytes as u64,
            limit: limit as u64,
        },
        Failure::Codec(error) => codec(&error),
        Failure::Cancelled => Outcome::Cancelled,
        Failure::Shutdown => Outcome::Leaving,
        other => Outcome::Unable(whole(&other)),
    }
}

/// The text of an error and of its causes, because only text can be sent.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

const fn dead(exit: &WorkerExit) -> Dead {
    Dead {
        pid: exit.pid,
        signal: exit.signal,
        code: exit.code,
        cause: exit.fault,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_offload_remote::WorkerFault;

    use super::*;
    use crate::failure::failure;

    #[test]
    fn what_a_node_cannot_run_is_told_with_its_cause() {
        let cause = tokio_offload_remote::StartError::Init("no licence".to_owned());
        let Outcome::Unable(text) = outcome(Failure::Start(cause)) else {
            panic!("another outcome");
        };
        assert!(text.contains("no licence"), "{text}");
    }

    #[test]
    fn what_crosses_means_the_same_over_there() {
        let outcomes = [
            Outcome::Panicked {
                message: "no".to_owned(),
                location: Some("a.rs:1:2".to_owned()),
            },
            Outcome::Died(Dead {
                pid: 7,
                signal: Some(6),
                ..Dead::default()
            }),
            Outcome::TimedOut(Duration::from_millis(300)),
            Outcome::TooLarge { bytes: 2, limit: 1 },
            Outcome::Codec {
                point: 2,
                message: "x".to_owned(),
            },
            Outcome::Cancelled,
            Outcome::Leaving,
        ];
        let causes = [
            WorkerFault::Stopped(19, Duration::from_secs(1)),
            WorkerFault::Memory(1 << 20),
            WorkerFault::Crowd {
                limit: 1 << 20,
                threads: 4,
            },
            WorkerFault::Closed,
        ];
        let deaths = causes.map(|cause| {
            Outcome::Died(Dead {
                pid: 7,
                signal: Some(9),
                code: None,
                cause: Some(cause),
            })
        });
        for one in outcomes.into_iter().chain(deaths) {
            let there = failure(one.clone(), "f", 1, "n").unwrap_err();
            assert_eq!(outcome(there), one);
        }
    }
}
