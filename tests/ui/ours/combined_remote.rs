//! Every mistake of a function in a worker process, in one build.

use tokio_offload::{Workers, offload};

static IMAGES: Workers = Workers::new("images");

#[offload(remote = IMAGES, speed = 9)]
async fn render<T>(name: &'static str, all: &mut Vec<T>) {

    drop((name, all));
}

fn main() {
    drop(render::<u8>);
}
