//! Binaries without a `main` of the user's (tests, benches, doc tests) as their own workers.

use tokio_offload_remote::{ENTRIES, WorkerHooks, linkme};

#[linkme::distributed_slice(ENTRIES)]
#[linkme(crate = linkme)]
static ENTRY: WorkerHooks = crate::process::worker::WORKER;
