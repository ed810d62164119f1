//! A program of the old release: `node` serves, `caller` calls what comes in by line.

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    offload_releases::program(&old::SHOP, old::call).await
}
