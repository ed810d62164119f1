//! A mistake in what a `cfg` keeps is one, once.

use tokio_offload::offload;

#[offload]
fn fill(#[cfg(not(target_os = "none"))] out: &mut Vec<u8>, n: u8) -> usize {
    out.push(n);
    out.len()
}

struct Store;

#[offload]
impl Store {
    #[cfg(not(target_os = "none"))]
    fn load(&mut self) {}
}

fn main() {
    let mut bytes = Vec::new();
    drop(async { fill(&mut bytes, 1).await + 1 });
    drop(Store.load());
}
