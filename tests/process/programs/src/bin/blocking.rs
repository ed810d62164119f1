//! A plain `main` that builds its runtime by hand.

use std::io;

use offload_programs::{told, worker};

#[tokio_offload::main(crate = ::tokio_offload)]
fn main() -> io::Result<()> {
    println!("begins");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!("{}", told(&runtime.block_on(worker())));
    Ok(())
}
