//! After a mistake the blocking version is still there under its name.

use tokio_offload::offload;

#[offload(speed = 9, blocking = parse_blocking)]
fn parse(text: &mut String) -> usize {
    text.clear();
    text.len()
}

async fn caller(text: &mut String) -> usize {
    parse_blocking(text) + parse(text).await
}

fn main() {
    drop(caller(&mut String::new()));
}
