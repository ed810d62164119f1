//! The options of a block, and of its methods, which override them one by one.

use std::{future::Future, sync::Arc, thread};

use tokio_offload::{Pool, offload};

use crate::{call, call_here, elsewhere};

static DISK: Pool = Pool::new("disk").threads(1);
static CPU: Pool = Pool::new("cpu").threads(1);

#[derive(Clone)]
struct Store {
    pool: Arc<Pool>,
}

fn thread_name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

#[offload(pool = DISK, blocking = _blocking)]
impl Store {
    fn usual(&self) -> String {
        elsewhere();
        thread_name()
    }

    #[offload(pool = CPU)]
    fn other_pool(&self) -> String {
        elsewhere();
        thread_name()
    }

    #[offload(blocking = name_now)]
    fn other_name(&self, pool: u8) -> String {
        elsewhere();
        assert_eq!(pool, 1);
        thread_name()
    }

    #[offload(pool = self.pool, blocking = mine)]
    fn both(&self) -> String {
        elsewhere();
        thread_name()
    }

    #[offload]
    fn neither() -> String {
        static CALLS: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
        elsewhere();
        CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{} {CALLS:?}", thread_name())
    }

    fn r#type(&self) -> u8 {
        elsewhere();
        3
    }
}

#[test]
fn a_method_overrides_the_options_of_its_block_one_by_one() {
    let store = Store {
        pool: Arc::new(Pool::new("own").threads(1)),
    };
    assert!(call(store.usual()).starts_with("disk-"));
    assert!(call(store.other_pool()).starts_with("cpu-"));
    assert!(call(store.other_name(1)).starts_with("disk-"));
    assert!(call(store.both()).starts_with("own-"));
    assert_eq!(call(store.r#type()), 3);
}

#[test]
fn blocking_versions_of_a_block_run_on_the_calling_thread() {
    let store = Store {
        pool: Arc::new(Pool::new("own").threads(1)),
    };
    let here = thread_name();
    assert_eq!(store.usual_blocking(), here);
    assert_eq!(store.other_pool_blocking(), here);
    assert_eq!(store.name_now(1), here);
    assert_eq!(store.mine(), here);
    assert_eq!(store.type_blocking(), 3);
    // The body is there once, with its one `static`.
    assert!(Store::neither_blocking().ends_with(" 1"));
    assert!(call(Store::neither()).ends_with(" 2"));
}

#[derive(Clone)]
struct Mixed(u8);

#[offload]
impl Mixed {
    #[offload(skip)]
    #[must_use]
    const fn new(n: u8) -> Self {
        Self(n)
    }

    fn load(&self) -> String {
        elsewhere();
        self.next().to_string() + &thread_name()
    }

    /// Neither blocking nor something that a call could own.
    #[offload(skip)]
    fn change(&mut self) -> &mut u8 {
        &mut self.0
    }

    #[offload(skip)]
    fn next(&self) -> u8 {
        self.0 + 1
    }

    #[offload(skip)]
    async fn twice(&self) -> String {
        self.load().await + &self.load().await
    }
}

trait Named {
    fn name(&self) -> &str;
    fn load(&self) -> impl Future<Output = String> + Send;
}

#[offload(pool = DISK)]
impl Named for Mixed {
    #[offload(skip)]
    fn name(&self) -> &'static str {
        "mixed"
    }

    fn load(&self) -> String {
        elsewhere();
        thread_name()
    }
}

#[test]
fn skipped_methods_of_a_block_stay_as_written() {
    const MIXED: Mixed = Mixed::new(1);
    let mut mixed = MIXED;
    *mixed.change() += 1;
    assert_eq!(mixed.next(), 3);
    assert!(call(mixed.load()).starts_with('3'));
    assert!(call_here(mixed.twice()).starts_with('3'));
    assert_eq!(mixed.name(), "mixed");
    assert!(call(Named::load(&mixed)).starts_with("disk-"));
}
