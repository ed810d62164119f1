//! A program of the new release: `node` serves, `caller` calls the function that each line of its input names.

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    offload_releases::program(&new::SHOP, new::call).await
}
