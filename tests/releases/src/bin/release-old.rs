//! A program of the old release: `node` serves, `caller` calls the function that each line of its input names.

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    offload_releases::program(&old::SHOP, old::call).await
}
