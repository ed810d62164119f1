//! After a mistake the function keeps the shape that its callers expect, and its body.

#[offload]
fn fill(buffer: &mut Vec<u8>) -> usize {
    buffer.push(1);
    buffer.len()
}
