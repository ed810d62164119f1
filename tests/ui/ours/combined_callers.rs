//! Callers that await a refused function see no further mistake, whatever it returns.

use tokio_offload::offload;

#[offload(speed = 9)]
fn numbers(max: u32) -> Result<impl Iterator<Item = u32>, String> {
    let max: u32 = max.to_string().parse().map_err(|error| format!("{error}"))?;
    Ok(0..max)
}

#[offload(speed = 9)]
fn serve() -> ! {
    loop {}
}

async fn caller() -> Result<usize, String> {
    let count = numbers(3).await?.count();
    if count == 3 { Ok(count) } else { serve().await }
}

fn main() {
    drop(caller());
}
