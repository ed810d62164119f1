//! A `main` that calls `init` itself.

use offload_programs::{told, worker};

fn main() {
    tokio_offload::init();
    println!("begins");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime can be built");
    println!("{}", told(&runtime.block_on(worker())));
}
