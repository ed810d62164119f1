//! An opaque result: the caller sees the bound that lets it travel, the body's closure infers it.

#[offload]
fn numbers(max: &str) -> Result<impl Iterator<Item = u32>, ParseIntError> {
    Ok(0..max.parse()?)
}
