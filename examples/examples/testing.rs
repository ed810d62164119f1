//! Tests of offloaded functions, without a runtime or without threads.
//!
//! `cargo run --example testing` says what was shown; in a crate of yours these are `#[test]` functions.

use std::{sync::Arc, thread};

use tokio_offload::{Executor, Inline, Pool, offload};

/// `blocking = ..` keeps the plain function: its tests need no runtime at all.
#[offload(blocking = parse_blocking)]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.trim().parse()
}

fn test_without_a_runtime() {
    assert_eq!(parse_blocking(" 7 "), Ok(7));
    assert!(parse_blocking("seven").is_err());
    println!("without a runtime: fine");
}

/// The place is a field: a pool in the program, the caller's own thread in tests.
#[derive(Clone)]
struct Service {
    pool: Arc<dyn Executor>,
}

impl Service {
    #[offload(pool = self.pool)]
    fn thread(&self) -> Option<String> {
        thread::current().name().map(str::to_owned)
    }
}

async fn test_inline() {
    let service = Service {
        pool: Arc::new(Inline),
    };
    let here = thread::current().name().map(str::to_owned);
    assert_eq!(service.thread().await, here);
    println!("inline, on the caller's thread: fine");
}

async fn in_the_program() {
    let service = Service {
        pool: Arc::new(Pool::new("work").threads(1)),
    };
    println!("in the program: on {:?}", service.thread().await);
    println!("and the parser says {:?}", parse("8").await);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    test_without_a_runtime();
    test_inline().await;
    in_the_program().await;
}
