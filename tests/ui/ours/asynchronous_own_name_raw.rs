//! The name of the function for its asynchronous version, spelled in another way.

use tokio_offload::offload;

#[offload(asynchronous = r#load)]
fn load() {}

fn main() {
    drop(load);
}
