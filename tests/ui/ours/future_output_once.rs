//! Bodies that return futures in ways in which their fallback must not repeat them: one error for each mistake.

use std::fmt::Display;
use std::future::{Future, ready};
use std::pin::Pin;
use tokio_offload::offload;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[offload]
async fn awaits_first() -> BoxFuture<'static, u8> {
    let key = ready(1).await;
    Box::pin(async move { key })
}

#[offload]
fn calls_refused(key: u8) -> BoxFuture<'static, u8> {
    refused(key)
}

#[offload]
fn refused(key: u8) -> BoxFuture<'static, u8> {
    if key == 0 {
        return Box::pin(ready(key));
    }
    Box::pin(async move { key })
}

#[offload]
fn awaits_refused(key: u8) -> impl Future<Output = u8> {
    opened(key)
}

#[offload]
fn opened(key: u8) -> impl Future<Output = u8> {
    ready(key)
}

#[offload]
fn shown(key: u8) -> impl Future<Output = impl Display> {
    ready(key)
}

#[offload]
fn perhaps_shown(key: u8) -> impl Future<Output = Option<impl Display>> {
    ready(Some(key))
}

#[offload]
fn fallible(text: String) -> BoxFuture<'static, Result<u8, std::num::ParseIntError>> {
    Box::pin(async move { Ok(text.parse()?) })
}

#[offload]
fn shown_behind(key: u8) -> impl Future<Output = (u8, impl Display + use<>)> {
    let name = key.to_string();
    async move {
        ready(()).await;
        (key, name)
    }
}

struct Store(u8);

impl Store {
    #[offload]
    fn borrowed(&self) -> Pin<Box<dyn Future<Output = u8> + '_>> {
        if self.0 > 1 { Box::pin(ready(self.0)) } else { Box::pin(async { self.0 }) }
    }

    #[offload]
    fn of_borrowed(&self) -> Pin<Box<dyn Future<Output = u8> + '_>> {
        self.borrowed()
    }
}

fn main() {}
