//! Types of functions that take, or yield, what lives for just one lifetime of the caller.

use std::sync::Arc;
use tokio_offload::offload;

#[offload]
fn pointer<'a>(text: &'a str, length: fn(&'a str) -> usize) -> usize {
    length(text)
}

#[offload]
fn object<'a>(text: &'a str, cut: Arc<dyn Fn(&'a str) -> &'a str + Send + Sync>) -> String {
    cut(text).to_owned()
}

#[offload]
fn nested<'a>(run: Option<fn(fn(&'a u8))>) -> fn(&'a u8) {
    run.map_or(drop, |_| drop)
}

#[offload]
fn yielded<'a>(name: fn(&u8) -> &'a str, other: Box<dyn Fn() -> &'a str + Send + Sync>) -> usize {
    name(&1).len() + other().len()
}

#[offload]
fn good<'a>(text: &'a str, cut: for<'b> fn(&'b str) -> &'b str, name: fn() -> &'static str) -> String {
    cut(text).to_owned() + name()
}

async fn caller() -> String {
    drop((pointer("", str::len).await, yielded(|_| "", Box::new(|| "")).await));
    good("", str::trim, || "").await
}

fn main() {
    drop(caller());
}
