//! Binaries without a `main` of the user's (tests, benches, doc tests) as their own workers.

use tokio_offload_remote::{ENTRIES, Worker, linkme};

#[linkme::distributed_slice(ENTRIES)]
#[linkme(crate = linkme)]
static ENTRY: Worker = crate::process::worker::WORKER;
