//! Captured arguments that cannot travel: those past the twelfth, and those that may be missing.

use std::rc::Rc;
use tokio_offload::offload;

#[offload]
fn chosen(#[cfg(not(any()))] first: Rc<u8>, second: u8) -> u8 {
    second
}

#[offload]
fn many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8, m: Rc<u16>) -> u8 {
    a + b + c + d + e + f + g + h + i + j + k + l
}

#[offload]
fn lent(#[cfg(not(any()))] first: &Rc<u32>) -> u32 {
    **first
}

fn main() {}
