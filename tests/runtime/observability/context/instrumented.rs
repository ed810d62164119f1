//! `#[instrument]` on the methods of an offloaded block: it traces the body, where the block leaves it no other place.

use offload_observability::Log;
use offload_tests::drive;
use tokio_offload::{Error, Pool, offload};
use tracing::{Level, info, instrument};

static POOL: Pool = Pool::new("instrumented").threads(1);
static OTHER: Pool = Pool::new("instrumented-too").threads(1);

#[derive(Clone)]
struct Store<T>(T);

#[derive(Debug)]
struct Failed;

impl From<Error> for Failed {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Not a result, although it is called one.
#[derive(Debug, PartialEq)]
struct SearchResult(u8);

#[offload(pool = POOL, catch, blocking = _blocking)]
impl<T: Clone> Store<T> {
    #[instrument(skip(self))]
    fn traced(&self, key: u8) -> T {
        info!("{}", thread());
        self.0.clone()
    }

    #[cfg_attr(not(target_os = "none"), tracing::instrument(skip_all))]
    #[offload(pool = OTHER)]
    fn caught(&self, fails: bool) -> Result<bool, Failed> {
        assert!(!fails, "fails");
        let _ = &self.0;
        info!("caught");
        Ok(thread() == "instrumented-0")
    }

    #[instrument(skip_all)]
    fn search(&self, key: u8) -> SearchResult {
        let _ = &self.0;
        info!("searched");
        SearchResult(key)
    }

    /// Below the attribute of its own.
    #[offload]
    #[instrument(skip_all)]
    fn below(self) {
        drop(self.0);
        info!("{}", thread());
    }

    #[offload(skip)]
    #[instrument(skip_all)]
    fn skipped(&self) {
        let _ = &self.0;
        info!("skipped");
    }
}

trait Load {
    async fn load(&self);
}

#[offload(pool = POOL)]
impl Load for Store<u8> {
    #[instrument(skip_all, fields(n = self.0))]
    fn load(&self) {
        info!("of a trait");
    }
}

fn thread() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn methods_of_blocks_trace_their_bodies() {
    let (log, subscriber) = Log::new(Level::INFO);
    let _default = tracing::dispatcher::set_default(&subscriber);
    let store = Store(7);
    assert_eq!(drive(store.traced(1)), 7);
    assert!(!drive(store.caught(false)).unwrap());
    assert!(drive(store.caught(true)).is_err());
    assert_eq!(drive(store.search(3)), SearchResult(3));
    drive(store.clone().below());
    drive(async { store.load().await });
    store.clone().below_blocking();
    store.skipped();
    let event = |message: &str, path: &str| (message.to_owned(), path.to_owned());
    let expected = [
        event("instrumented-0", "traced"),
        event("caught", "caught"),
        event("searched", "search"),
        event("instrumented-0", "below"),
        event("of a trait", "load"),
        event(&thread(), "below"),
        event("skipped", "skipped"),
    ];
    assert_eq!(log.events(), expected);
}
