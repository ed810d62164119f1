//! A pool in a `const`, which would be another pool at each call. A `const` that names a `static` is one pool.

use tokio_offload::{Pool, offload};

static DISK: Pool = Pool::new("disk");

const SAME: &Pool = &DISK;
const OTHER: Pool = Pool::new("other");

#[offload(pool = SAME)]
fn load() {}

#[offload(pool = OTHER)]
fn store() {}

fn main() {}
