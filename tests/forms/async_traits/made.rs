//! Traits that `#[trait_variant::make]` and `#[dynosaur]` make: their implementations are native.

use tokio_offload::offload;

use super::send;
use crate::elsewhere;

#[derive(Clone)]
struct Plain(usize);

#[trait_variant::make(Source: Send)]
trait LocalSource {
    async fn get(&self, key: &str) -> usize;
    async fn twice(&self, key: &str) -> usize;
}

impl Source for Plain {
    #[offload]
    fn get(&self, key: &str) -> usize {
        elsewhere();
        self.0 + key.len()
    }

    async fn twice(&self, key: &str) -> usize {
        2 * Source::get(self, key).await
    }
}

#[derive(Clone)]
struct Whole;

#[offload]
impl Source for Whole {
    fn get(&self, key: &str) -> usize {
        elsewhere();
        key.len()
    }

    fn twice(&self, key: &str) -> usize {
        elsewhere();
        2 * key.len()
    }
}

async fn local(source: impl LocalSource) -> usize {
    source.get("ab").await + source.twice("ab").await
}

#[test]
fn a_trait_made_by_trait_variant_can_be_implemented() {
    assert_eq!(send(Source::get(&Plain(1), "ab")), 3);
    assert_eq!(send(Source::twice(&Plain(1), "ab")), 6);
    assert_eq!(send(local(Whole)), 6);
    assert_eq!(send(Source::twice(&Whole, "ab")), 4);
}

#[dynosaur::dynosaur(DynLoad = dyn(box) Load)]
trait Load {
    fn load(&self, key: &str) -> impl Future<Output = usize> + Send;
}

impl Load for Plain {
    #[offload]
    fn load(&self, key: &str) -> usize {
        elsewhere();
        self.0 + key.len()
    }
}

#[offload]
impl Load for Whole {
    fn load(&self, key: &str) -> usize {
        elsewhere();
        key.len()
    }
}

#[test]
fn a_trait_made_by_dynosaur_can_be_implemented() {
    let all: [Box<DynLoad<'_>>; 2] = [DynLoad::new_box(Plain(1)), DynLoad::new_box(Whole)];
    let lengths: Vec<_> = all.iter().map(|one| send(one.load("ab"))).collect();
    assert_eq!(lengths, [3, 2]);
}
