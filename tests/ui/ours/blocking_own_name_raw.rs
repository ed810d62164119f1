//! The name of the function for its blocking version, spelled in another way.

use tokio_offload::offload;

#[offload(blocking = r#load)]
fn load() {}

fn main() {
    drop(load);
}
