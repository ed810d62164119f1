//! A constructor of a type that borrows what it is given.

use tokio_offload::offload;

struct Parser<'a>(Option<&'a str>);

impl<'a> Parser<'a> {
    #[offload]
    fn parse(text: &'a str) -> Self {
        Self(Some(text))
    }
}

#[offload]
impl<'t> Parser<'t> {
    fn checked(text: Option<&'t str>, limit: usize) -> Result<Self, usize> {
        match text {
            Some(text) if text.len() > limit => Err(text.len()),
            text => Ok(Self(text)),
        }
    }
}

async fn caller(text: &str) {
    drop((Parser::parse(text).await, Parser::checked(Some(text), 2).await));
}

fn main() {
    drop(caller(""));
}
