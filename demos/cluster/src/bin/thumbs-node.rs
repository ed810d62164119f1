//! A node for a machine of its own: `NATS_URL=nats://host:4222 thumbs-node`. Start as many as there is work for.

#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args_os().len() > 1 {
        return Err("usage: thumbs-node  (NATS_URL says where the server is)".into());
    }
    thumbs::serve().await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This node runs bodies in worker processes, which are there on Linux alone.");
}
