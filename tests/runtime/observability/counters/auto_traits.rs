//! What is read from a snapshot is plain data: it goes to any thread, and may cross a caught panic.

use std::panic::{RefUnwindSafe, UnwindSafe};

use tokio_offload::{
    Advice, BlockedSnapshot, Bucket, Calls, ClusterSnapshot, FunctionSnapshot, Histogram,
    LongestWait, Occupant, PoolSnapshot, Snapshot,
};

const fn is_data<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}

const _: () = {
    is_data::<Advice>();
    is_data::<BlockedSnapshot>();
    is_data::<Bucket>();
    is_data::<Calls>();
    is_data::<ClusterSnapshot>();
    is_data::<FunctionSnapshot>();
    is_data::<Histogram>();
    is_data::<LongestWait>();
    is_data::<Occupant>();
    is_data::<PoolSnapshot>();
    is_data::<Snapshot>();
};
