//! Items of a program that are named like what an expansion once bound: a constant in a pattern is compared, not bound.

#![allow(
    non_upper_case_globals,
    dead_code,
    reason = "what matters is that the names exist"
)]

use tokio_offload::offload;

const __own: u8 = 1;
const __result: u8 = 1;
const __loan: u8 = 1;
const call: u8 = 1;
const value: u8 = 1;
static __on: u8 = 1;
static __keeper: u8 = 1;
static SITE: u8 = 1;
const made: u8 = 1;
static owner: u8 = 1;
static handle: u8 = 1;
const f: u8 = 1;

/// Not that of std.
struct Path(Vec<u8>);

#[offload]
fn points(path: Path, more: &str) -> usize {
    path.0.len() + more.len()
}

#[derive(Clone)]
struct Text(String);

impl Text {
    #[offload]
    fn len(&self, more: &str) -> usize {
        self.0.len() + more.len()
    }
}

struct Sum(u8);

#[offload(owner = SumOwner)]
impl Sum {
    pub(super) fn new(start: u8, more: u8) -> Self {
        Self(start + more)
    }

    pub(super) fn add(&mut self, n: u8) -> u8 {
        self.0 += n + SITE;
        self.0
    }
}

#[offload]
fn matcher(least: usize) -> impl Fn(&str) -> bool {
    move |text| text.len() >= least
}

/// Called like a future.
struct Futures(u8);

#[offload]
fn futures(n: u8) -> Futures {
    Futures(n)
}

#[offload]
fn late(text: &str, #[cfg(test)] n: usize) -> usize {
    text.len() + n
}

#[offload]
#[async_trait::async_trait]
impl AskBoxed for Text {
    fn ask(&self, text: &str) -> usize {
        self.0.len() + text.len()
    }
}

#[async_trait::async_trait]
trait AskBoxed {
    async fn ask(&self, text: &str) -> usize;
}

#[tokio::test]
async fn constants_named_like_generated_bindings_do_not_clash() {
    let text = Text("one".to_owned());
    assert_eq!(text.len("four").await, 7);
    assert_eq!(text.ask("four").await, 7);
    let sum = SumOwner::new(1, 2).await;
    assert_eq!(sum.add(3).await, 7);
    assert!(matcher(2).await("abc"));
    assert_eq!(points(Path(vec![1, 2]), "a").await, 3);
    assert_eq!(late("abc", 4).await, 7);
    assert_eq!(futures(1).await.0, 1);
}
