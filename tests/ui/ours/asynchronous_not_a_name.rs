//! A path for the name of the asynchronous version.

use tokio_offload::offload;

#[offload(asynchronous = self::load_async)]
fn load() {}

fn main() {
    load();
}
