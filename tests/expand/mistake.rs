//! After a mistake the function keeps the shape that its callers expect, and its body.
use ::tokio_offload::__private as P;
#[allow(refining_impl_trait, unused)]
fn fill(buffer: &mut Vec<u8>) -> ::tokio_offload::Offload<usize> {
    fn __offload_kept<R>(_: impl ::core::ops::FnOnce() -> R) {}
    __offload_kept(move || -> usize {
        buffer.push(1);
        buffer.len()
    });
    loop {}
}
::core::compile_error! {
    "`&mut Vec<u8>` cannot be lent to a body that may outlive its caller\nhelp: take `mut buffer: Vec<u8>` and return it: `-> Vec<u8>`"
}
