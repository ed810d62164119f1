//! Options under the names that they have elsewhere, or would have in another language.

use tokio_offload::offload;

#[offload(executor = IMAGES)]
fn one() {}

#[offload(runtime = handle)]
fn two() {}

#[offload(worker = IMAGES)]
fn three() {}

#[offload(async = four_async)]
fn four() {}

#[offload(sync = five_sync)]
fn five() {}

#[offload(catch_unwind)]
fn six() {}

#[offload(Catch)]
fn seven() {}

#[offload(name = "eight")]
fn eight() {}

fn main() {}
