//! Bounds that ask for something at the lifetime of an argument, of which the body has a copy.

use tokio_offload::offload;

trait Read<'de>: Sized {
    fn read(text: &'de str) -> Self;
}

#[offload]
fn parse<'a, T: Read<'a>>(text: &'a str) -> T {
    T::read(text)
}

#[offload]
fn convert<'a, T>(text: Option<&'a str>) -> Option<T>
where
    T: From<&'a str>,
{
    text.map(T::from)
}

#[offload]
fn shorten<'a, 'b>(text: &'a str, other: &'b str, cut: impl Fn(&'a str) -> &'a str) -> usize {
    cut(text).len() + other.len()
}

async fn callers() {
    let _: u8 = parse("a").await;
}

impl Read<'_> for u8 {
    fn read(_: &str) -> Self {
        1
    }
}

fn main() {
    drop(callers());
}
