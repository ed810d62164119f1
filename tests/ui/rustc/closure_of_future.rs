//! A closure that only makes a future.

fn main() {
    tokio_offload::run(|| async { std::fs::remove_file("x") }).detach();
}
