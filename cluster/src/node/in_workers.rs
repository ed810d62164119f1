//! Bodies in worker processes.

use tokio_offload::{__private::remote::workers as place_of, Workers};

use super::{
    body::{Bodies, after},
    place::{Body, Occupied, Place},
};
use crate::{failure::outcome, message::Outcome};

impl Bodies for &'static Workers {}

impl Place for &'static Workers {
    fn slots(&self) -> usize {
        self.max_processes()
    }

    #[allow(private_interfaces, reason = "as above")]
    fn start(&self, body: Body) -> Occupied {
        Box::pin(in_process(self, body))
    }
}

/// A body that is to end is killed, after the grace of the workers if they have one.
async fn in_process(workers: &'static Workers, body: Body) {
    let place = place_of(workers);
    let mut buffer = place.take_buffer();
    buffer.extend_from_slice(&body.arguments);
    drop(body.arguments);
    let mut call = place.call(body.function, Ok(buffer), body.headers);
    let limit = body.limit;
    let early = tokio::select! {
        end = &mut call => return (body.ended)(match end {
            Ok(reply) => Outcome::Done(reply.bytes().to_vec()),
            Err(failure) => outcome(failure),
        }),
        _ = body.stop => Outcome::Cancelled,
        () = after(limit) => Outcome::TimedOut(limit.unwrap_or_default()),
    };
    (body.ended)(early);
    call.cancel();
    let _ = call.await;
}
