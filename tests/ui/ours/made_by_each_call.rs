//! A pool that is made in the attribute, so by each call.

use tokio_offload::offload;

#[offload(pool = tokio_offload::Pool::new("images").threads(4))]
fn load() {}

#[offload(pool = Arc::new(Pool::new("shared")))]
fn shared() {}

#[offload(pool = Box::new(Pool::new("boxed").threads(2)))]
fn boxed() {}

#[offload(pool = &Pool::new("lent"))]
fn lent() {}

#[offload(pool = { Pool::shared("inside") })]
fn inside() {}

fn main() {}
