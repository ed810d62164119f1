//! A method that a trait only declares.

use tokio_offload::offload;

trait Store {
    #[offload]
    fn load(&self, key: u32) -> String;
}

fn main() {}
