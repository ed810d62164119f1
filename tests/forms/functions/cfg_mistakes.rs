//! What would be refused, where a `cfg` removes it.

use tokio_offload::{Pool, offload};

use crate::{call, elsewhere};

static POOL: Pool = Pool::new("cfg-mistakes");

#[offload]
fn argument(#[cfg(target_os = "none")] out: &mut u8, a: &str) -> usize {
    elsewhere();
    a.len()
}

#[offload(blocking = arguments_blocking)]
fn arguments(
    #[cfg(target_os = "none")] first: &std::cell::Cell<u8>,
    a: u8,
    #[cfg_attr(not(target_os = "none"), cfg(target_os = "none"))] second: &[&str],
    #[cfg_attr(target_os = "none", cfg(any()))] b: u8,
) -> u8 {
    elsewhere();
    a + b
}

#[offload]
fn parameter<#[cfg(target_os = "none")] U, T>(
    #[cfg(target_os = "none")] u: &mut U,
    #[cfg(target_os = "none")] v: U,
    t: T,
) -> T {
    elsewhere();
    t
}

#[offload]
fn bound<#[cfg(target_os = "none")] U>(#[cfg(target_os = "none")] u: U, n: u8) -> u8 {
    elsewhere();
    n
}

#[offload]
fn kept<#[cfg(not(target_os = "none"))] U>(#[cfg(not(target_os = "none"))] u: U) -> U {
    elsewhere();
    u
}

#[offload]
#[cfg_attr(target_os = "none", offload(pool = POOL))]
#[cfg_attr(target_os = "none", unsafe(no_mangle))]
fn attributes() -> u8 {
    elsewhere();
    1
}

#[offload]
#[cfg(target_os = "none")]
async fn never(x: &mut u8) -> &u8 {
    x
}

#[offload]
#[cfg(target_os = "none")]
struct Nothing;

#[derive(Clone)]
struct Store(u8);

#[offload(pool = POOL)]
impl Store {
    #[cfg(target_os = "none")]
    async fn later(&self) {}

    #[cfg(target_os = "none")]
    #[offload(pol = POOL)]
    fn misspelled(&mut self) {}

    #[cfg(target_os = "none")]
    #[offload(skip, pool = POOL)]
    fn skipped(&self) {}

    fn load(&self, #[cfg(target_os = "none")] out: &mut u8) -> u8 {
        elsewhere();
        self.0
    }

    #[cfg_attr(
        not(windows),
        cfg_attr(target_os = "none", inline, cfg_attr(unix, unsafe(no_mangle)))
    )]
    fn attributes(&self) -> u8 {
        elsewhere();
        self.0
    }
}

#[offload(blocking = BlockingKeep)]
trait Keep {
    #[cfg(target_os = "none")]
    async fn later(&self);

    #[cfg(target_os = "none")]
    fn give(self);

    fn keep(&self) -> u8;
}

impl BlockingKeep for Store {
    fn keep(&self) -> u8 {
        elsewhere();
        self.0
    }
}

#[offload(asynchronous = _async)]
#[cfg(target_os = "none")]
impl BlockingKeep for u8 {
    fn keep(&self) -> u8 {
        *self
    }
}

#[offload(owner = Handle)]
impl Store {
    pub(crate) fn new(value: u8) -> Self {
        Self(value)
    }

    #[cfg(target_os = "none")]
    pub(crate) fn close(self) {}

    pub(crate) fn get(&self) -> u8 {
        elsewhere();
        self.0
    }
}

#[offload(pol = POOL)]
#[cfg(target_os = "none")]
impl Store {
    fn other(&self) {}
}

#[test]
fn a_mistake_that_a_cfg_removes_is_not_reported() {
    assert_eq!(call(argument("ab")), 2);
    assert_eq!(call(arguments(1, 2)), 3);
    assert_eq!(arguments_blocking(1, 2), 3);
    assert_eq!(call(parameter(3)), 3);
    assert_eq!(call(bound(3)), 3);
    assert_eq!(call(kept(4)), 4);
    assert_eq!(call(attributes()), 1);
    assert_eq!(call(Store(5).load()), 5);
    assert_eq!(call(Store(5).attributes()), 5);
    assert_eq!(call(Keep::keep(&std::sync::Arc::new(Store(6)))), 6);
    assert_eq!(call(async { Handle::new(7).await.get().await }), 7);
}
