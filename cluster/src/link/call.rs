//! `ClusterCall`: one call as a future. The thread that has the connection writes its progress.

use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use tokio_offload::__private::node::within;
use tokio_offload_remote::{
    CodecError, Failure, Function, NodeCounts, Ongoing, Point, Remote, Reply, StartError, table,
};

use super::{
    command::Command,
    connection::{Link, current},
    progress::Shared,
};
use crate::{cluster::Cluster, counters::Count, dispatcher::NewCall};

impl Remote for Cluster {
    fn name(&self) -> &'static str {
        self.name
    }

    fn call(
        &'static self,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Vec<(String, String)>,
    ) -> Box<dyn Ongoing> {
        Box::new(ClusterCall {
            cluster: self,
            stage: Stage::New(function, arguments, headers),
        })
    }

    fn take_buffer(&self) -> Vec<u8> {
        Vec::new()
    }

    fn max_message(&self) -> usize {
        self.max_message
    }

    /// Always true here: the server says whether the queue has room when it receives the ticket.
    fn has_room(&self) -> bool {
        true
    }

    fn limit(&self) -> Option<usize> {
        None
    }

    fn processes(&self) -> usize {
        0
    }

    fn node_counts(&self) -> Option<NodeCounts> {
        let stats = self.stats();
        Some(NodeCounts {
            nodes: stats.nodes,
            lost: stats.lost,
            retried: stats.retried,
            republished: stats.republished,
            refused_claims: stats.refused_claims,
        })
    }
}

/// See above. Nothing happens before the first poll.
struct ClusterCall {
    cluster: &'static Cluster,
    stage: Stage,
}

enum Stage {
    New(
        &'static Function,
        Result<Vec<u8>, CodecError>,
        Vec<(String, String)>,
    ),
    Sent(u64, Arc<Shared>, Arc<Link>),
    /// The call is cancelled, and its caller does not know it yet.
    Cancelled,
    /// It has ended. A node had been given it at that time, if any.
    Over(Option<Instant>),
}

impl ClusterCall {
    fn submit(
        &mut self,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Vec<(String, String)>,
    ) -> Result<(), Failure> {
        if in_worker() || is_within(self.cluster.name) {
            return Err(Failure::Nested);
        }
        table().map_err(|error| Failure::Start(StartError::Registry(error.to_owned())))?;
        let arguments =
            arguments.map_err(|error| Failure::from(error.at(Point::EncodeArguments)))?;
        let (bytes, limit) = (arguments.len(), self.cluster.max_message);
        if bytes > limit {
            return Err(Failure::TooLarge { bytes, limit });
        }
        let link = current()?;
        let id = link.next_id();
        let call = NewCall {
            id,
            cluster: self.cluster,
            name: function.name(),
            key: function.key(),
            fingerprint: self.cluster.fingerprint_of(function),
            arguments,
            headers,
        };
        let shared = Arc::<Shared>::default();
        link.tell(Command::Submit(Box::new(call), Arc::clone(&shared)))?;
        self.stage = Stage::Sent(id, shared, link);
        Ok(())
    }
}

impl Future for ClusterCall {
    type Output = Result<Reply, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let end = loop {
            match mem::replace(&mut self.stage, Stage::Over(None)) {
                Stage::New(function, arguments, headers) => {
                    if let Err(failure) = self.submit(function, arguments, headers) {
                        self.cluster.counters.add(Count::Refused);
                        break Err(failure);
                    }
                }
                Stage::Sent(id, shared, link) => match shared.poll(cx.waker()) {
                    Poll::Ready((end, began)) => {
                        self.stage = Stage::Over(began);
                        break end.map(Reply::new);
                    }
                    Poll::Pending => {
                        self.stage = Stage::Sent(id, shared, link);
                        return Poll::Pending;
                    }
                },
                Stage::Cancelled => break Err(Failure::Cancelled),
                Stage::Over(_) => panic!("a call was polled after its end"),
            }
        };
        Poll::Ready(end)
    }
}

impl Ongoing for ClusterCall {
    fn cancel(&mut self) {
        match &self.stage {
            Stage::New(..) => {
                self.cluster.counters.add(Count::Cancelled);
                self.stage = Stage::Cancelled;
            }
            Stage::Sent(id, shared, link) => {
                if link.tell(Command::Cancel(*id)).is_err() {
                    shared.finish(Err(Failure::Shutdown));
                }
            }
            Stage::Cancelled | Stage::Over(_) => {}
        }
    }

    fn is_running(&self) -> bool {
        match &self.stage {
            Stage::Sent(_, shared, _) => shared.lock().running,
            _ => false,
        }
    }

    fn began(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Sent(_, shared, _) => shared.began(),
            Stage::Over(began) => *began,
            _ => None,
        }
    }

    fn add_headers(&mut self, new: Vec<(String, String)>) {
        if let Stage::New(_, _, headers) = &mut self.stage {
            headers.retain(|(name, _)| new.iter().all(|(other, _)| name != other));
            headers.extend(new);
        }
    }
}

impl Drop for ClusterCall {
    fn drop(&mut self) {
        if let Stage::Sent(id, _, link) = &self.stage {
            // Without that thread there is nothing to end.
            let _ = link.tell(Command::Forget(*id));
        }
    }
}

/// Whether the caller is a body of the same cluster. It would wait in the slot that the call may need.
fn is_within(cluster: &str) -> bool {
    within().is_some_and(|clusters| clusters.split(',').any(|name| name == cluster))
}

#[cfg(all(feature = "process", target_os = "linux"))]
fn in_worker() -> bool {
    tokio_offload_remote::is_worker()
}

#[cfg(not(all(feature = "process", target_os = "linux")))]
const fn in_worker() -> bool {
    false
}
