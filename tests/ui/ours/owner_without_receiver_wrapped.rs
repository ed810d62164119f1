//! A function of an owner that builds the value in a container.

use tokio_offload::offload;

struct Db(Vec<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn shared() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self(Vec::new()))
    }
}

fn main() {}
