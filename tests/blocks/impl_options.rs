//! The options of a block, and of its methods, which override them one by one.

use std::{sync::Arc, thread};

use tokio_offload::{Pool, offload};

use crate::call;

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
        thread_name()
    }

    #[offload(pool = CPU)]
    fn other_pool(&self) -> String {
        thread_name()
    }

    #[offload(blocking = name_now)]
    fn other_name(&self, pool: u8) -> String {
        assert_eq!(pool, 1);
        thread_name()
    }

    #[offload(pool = self.pool, blocking = mine)]
    fn both(&self) -> String {
        thread_name()
    }

    #[offload]
    fn neither() -> String {
        static CALLS: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
        CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{} {CALLS:?}", thread_name())
    }

    fn r#type(&self) -> u8 {
        3
    }
}

#[test]
fn methods_override_option_by_option() {
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
fn blocking_versions_stay() {
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
