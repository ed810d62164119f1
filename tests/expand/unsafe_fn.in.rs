//! An unsafe function: its body is an unsafe block, as before.

#[offload]
unsafe fn first(bytes: &[u8]) -> u8 {
    *bytes.get_unchecked(0)
}
