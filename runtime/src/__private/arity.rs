//! The functions that generated code calls: one for each number of arguments.
//!
//! Written out by hand. Made by a macro, their errors would quote the macro and say everything twice.
//!
//! One function for each number, because rustc says which argument is wrong only then. What an option of the attribute does is a
//! value in `On`, or a wrapper around the `Offload`: a new option changes none of these signatures.

#![expect(
    clippy::many_single_char_names,
    clippy::too_many_arguments,
    reason = "a generated call has the arguments of the user's function, and no better names for them than their types"
)]

use super::travel::Travel;
use crate::{
    call::site::Located,
    offload::{Offload, place::On},
};

/// Makes a call with 0 arguments.
pub fn call0<R: Travel>(
    site: impl Located,
    on: On,
    body: impl FnOnce() -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, body)
}

/// Makes a call with 1 argument.
pub fn call1<A: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    body: impl FnOnce(A) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a))
}

/// Makes a call with 2 arguments.
pub fn call2<A: Travel, B: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    body: impl FnOnce(A, B) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b))
}

/// Makes a call with 3 arguments.
pub fn call3<A: Travel, B: Travel, C: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    body: impl FnOnce(A, B, C) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c))
}

/// Makes a call with 4 arguments.
pub fn call4<A: Travel, B: Travel, C: Travel, D: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    body: impl FnOnce(A, B, C, D) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d))
}

/// Makes a call with 5 arguments.
pub fn call5<A: Travel, B: Travel, C: Travel, D: Travel, E: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    body: impl FnOnce(A, B, C, D, E) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e))
}

/// Makes a call with 6 arguments.
pub fn call6<A: Travel, B: Travel, C: Travel, D: Travel, E: Travel, F: Travel, R: Travel>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    body: impl FnOnce(A, B, C, D, E, F) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f))
}

/// Makes a call with 7 arguments.
pub fn call7<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    body: impl FnOnce(A, B, C, D, E, F, G) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g))
}

/// Makes a call with 8 arguments.
pub fn call8<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    H: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    body: impl FnOnce(A, B, C, D, E, F, G, H) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g, h))
}

/// Makes a call with 9 arguments.
pub fn call9<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    H: Travel,
    I: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g, h, i))
}

/// Makes a call with 10 arguments.
pub fn call10<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    H: Travel,
    I: Travel,
    J: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g, h, i, j))
}

/// Makes a call with 11 arguments.
pub fn call11<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    H: Travel,
    I: Travel,
    J: Travel,
    K: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    k: K,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J, K) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g, h, i, j, k))
}

/// Makes a call with 12 arguments.
pub fn call12<
    A: Travel,
    B: Travel,
    C: Travel,
    D: Travel,
    E: Travel,
    F: Travel,
    G: Travel,
    H: Travel,
    I: Travel,
    J: Travel,
    K: Travel,
    L: Travel,
    R: Travel,
>(
    site: impl Located,
    on: On,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
    h: H,
    i: I,
    j: J,
    k: K,
    l: L,
    body: impl FnOnce(A, B, C, D, E, F, G, H, I, J, K, L) -> R + Send + 'static,
) -> Offload<R> {
    Offload::new(site, on, move || body(a, b, c, d, e, f, g, h, i, j, k, l))
}
