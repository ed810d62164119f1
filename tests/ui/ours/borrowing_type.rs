//! A block for a type that borrows.

use tokio_offload::offload;

#[derive(Clone)]
struct Parser<'a>(&'a str);

#[offload]
impl<'a> Parser<'a> {
    fn words(&self, limit: usize) -> usize {
        self.0.split(' ').take(limit).count()
    }

    fn letters(&self) -> usize {
        self.0.len()
    }
}

async fn caller(parser: Parser<'_>) -> usize {
    parser.words(3).await + parser.letters().await
}

fn main() {
    drop(caller(Parser("")));
}
