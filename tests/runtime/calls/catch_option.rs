//! The option `catch`: on functions with every usual type of error, on blocks, traits and owners.

use std::{io, sync::Arc};

use tokio_offload::{Error, Pool, offload};

type Boxed = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
enum Own {
    #[error(transparent)]
    Call(#[from] Error),
}

macro_rules! catching {
    ($($name:ident: $error:ty;)*) => {$(
        #[offload(catch)]
        fn $name(panics: bool) -> Result<u8, $error> {
            assert!(!panics, "planned");
            Ok(1)
        }
    )*};
}

catching! {
    with_io: io::Error;
    with_boxed: Boxed;
    with_anyhow: anyhow::Error;
    with_eyre: eyre::Report;
    with_own: Own;
    with_error: Error;
    with_text: String;
}

#[tokio::test]
async fn a_panic_is_the_error_of_the_function() {
    macro_rules! check {
        ($($name:ident)*) => {$(
            assert_eq!($name(false).await.unwrap(), 1);
            let error = $name(true).await.unwrap_err();
            assert!(error.to_string().contains("planned"), "{error}");
        )*};
    }
    check!(with_io with_boxed with_anyhow with_eyre with_own with_error with_text);
    assert!(matches!(
        with_own(true).await,
        Err(Own::Call(Error::Panicked(_)))
    ));
}

static CLOSED: Pool = Pool::new("catch-closed").threads(1);

#[offload(pool = CLOSED, catch)]
fn on_a_closed_pool() -> Result<(), Error> {
    Ok(())
}

#[tokio::test]
async fn shutdown_and_cancelling_are_errors_of_the_function() {
    CLOSED.shutdown();
    assert!(matches!(on_a_closed_pool().await, Err(Error::Shutdown)));
    let call = with_error(false);
    call.cancel();
    assert!(matches!(call.await, Err(Error::Cancelled)));
}

#[derive(Clone)]
struct Store;

/// No `Result`, though it is called one.
#[derive(Debug, PartialEq)]
struct SearchResult<T>(T);

type StoreResult<T> = Result<T, Error>;

/// A `Result` under a name that does not say so.
type Fallible<T> = Result<T, Error>;

#[offload(catch)]
impl Store {
    fn load(&self) -> io::Result<u8> {
        panic!("planned")
    }

    fn search(&self, key: u8) -> SearchResult<u8> {
        SearchResult(key)
    }

    fn first<T: Copy>(&self, keys: &[T]) -> StoreResult<T> {
        Ok(*keys.first().expect("planned"))
    }

    fn last<T: Copy>(&self, keys: &[T]) -> Fallible<T> {
        Ok(*keys.last().expect("planned"))
    }

    fn same<T>(&self, key: T) -> T {
        key
    }

    fn len(&self) -> usize {
        3
    }
}

#[offload(catch, blocking = Lines)]
trait AsyncLines: Send + Sync {
    fn count(&self) -> Result<u8, Error>;

    fn find(&self) -> SearchResult<u8> {
        SearchResult(4)
    }

    fn twice(&self) -> u8 {
        2
    }
}

impl Lines for Store {
    fn count(&self) -> Result<u8, Error> {
        panic!("planned")
    }
}

struct Db(u8);

#[offload(owner = DbHandle, catch)]
impl Db {
    pub(crate) const fn open(value: u8) -> Self {
        Self(value)
    }

    pub(crate) fn find(&self) -> SearchResult<u8> {
        SearchResult(self.0)
    }

    pub(crate) fn take(&mut self, n: u8) -> Result<u8, Error> {
        if n == 0 {
            return Err(Error::Full);
        }
        self.0 = self.0.checked_sub(n).expect("planned");
        Ok(self.0)
    }
}

#[tokio::test]
async fn blocks_traits_and_owners_catch_where_there_is_a_result() {
    assert!(Store.load().await.is_err());
    assert_eq!(Store.len().await, 3);
    assert_eq!(Store.search(5).await, SearchResult(5));
    assert_eq!(Store.first(&[6]).await.unwrap(), 6);
    assert!(Store.first::<u8>(&[]).await.is_err());
    assert_eq!(Store.last(&[7]).await.unwrap(), 7);
    assert!(matches!(
        Store.last::<u8>(&[]).await,
        Err(Error::Panicked(_))
    ));
    assert_eq!(Store.same(8).await, 8);
    let lines = Arc::new(Store);
    assert!(matches!(lines.count().await, Err(Error::Panicked(_))));
    assert_eq!(lines.twice().await, 2);
    assert_eq!(lines.find().await, SearchResult(4));
    let db = DbHandle::open(3).await;
    assert_eq!(db.find().await, SearchResult(3));
    assert_eq!(db.take(1).await.unwrap(), 2);
    assert!(matches!(db.take(9).await, Err(Error::Panicked(_))));
    assert_eq!(db.take(2).await.unwrap(), 0);
    assert!(matches!(db.take(0).await, Err(Error::Full)));
}
