//! The places whose queues are counted, each with one thread that is taken by a body that waits.

use std::{cell::Cell, sync::mpsc};

use tokio::runtime::{Builder, Runtime};
use tokio_offload::{Offload, Owner, Pool, offload, run, run_on};

/// One place whose only thread is taken until this is dropped.
pub(crate) struct Stuck {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    // Dropped in this order: the body ends before the runtime goes.
    release: Option<mpsc::Sender<()>>,
    body: Option<Offload<()>>,
    pub(crate) runtime: Runtime,
}

pub(crate) enum Place {
    Pool(Pool),
    /// All levels of a pool, and a few keys in each.
    Classes(Pool, Cell<usize>),
    Default,
    /// The same executor, by a function with the attribute.
    Attribute,
    Owner(Owner<u8>),
}

#[offload]
fn annotated<A: Send + 'static>(arguments: A) {
    drop(arguments);
}

impl Place {
    /// A call there that keeps `arguments`.
    pub(crate) fn call<A: Send + 'static>(&self, arguments: A) -> Offload<()> {
        match self {
            Self::Pool(pool) => pool.run(move || drop(arguments)),
            Self::Classes(pool, next) => {
                let number = next.replace(next.get() + 1);
                let level = [pool.high(), pool.share(0), pool.low()][number % 3].clone();
                run_on(level.share(number % 7), move || drop(arguments))
            }
            Self::Default => run(move || drop(arguments)),
            Self::Attribute => annotated(arguments),
            Self::Owner(owner) => owner.run(move |_| drop(arguments)),
        }
    }
}

/// A pool with threads of its own, the same with levels and keys, one on the threads of the runtime, the default executor twice, an owner.
pub(crate) fn all() -> [Stuck; 6] {
    [
        Stuck::new("dedicated", |_| {
            Place::Pool(Pool::new("counted").threads(1))
        }),
        Stuck::new("classes", |_| {
            Place::Classes(Pool::new("counted-classes").threads(1), Cell::new(0))
        }),
        Stuck::new("shared", |_| {
            Place::Pool(Pool::shared("counted-shared").threads(1))
        }),
        Stuck::new("default", |_| Place::Default),
        Stuck::new("attribute", |_| Place::Attribute),
        Stuck::new("owner", |runtime| {
            Place::Owner(runtime.block_on(Owner::spawn(|| 0)))
        }),
    ]
}

impl Stuck {
    fn new(name: &'static str, place: fn(&Runtime) -> Place) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(1)
            .build()
            .unwrap();
        let place = place(&runtime);
        let (release, released) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let body = {
            let _entered = runtime.enter();
            place.call(Body { tell, released }).start()
        };
        told.recv().unwrap();
        Self {
            name,
            place,
            release: Some(release),
            body: Some(body),
            runtime,
        }
    }

    /// Starts a call that waits there.
    pub(crate) fn start<A: Send + 'static>(&self, arguments: A) -> Offload<()> {
        let _entered = self.runtime.enter();
        self.place.call(arguments).start()
    }
}

/// Says that it is there, and waits to be let go, when it is dropped: in the body.
struct Body {
    tell: mpsc::Sender<()>,
    released: mpsc::Receiver<()>,
}

impl Drop for Body {
    fn drop(&mut self) {
        let _ = self.tell.send(());
        let _ = self.released.recv();
    }
}

impl Drop for Stuck {
    fn drop(&mut self) {
        self.release = None;
        if let Some(body) = self.body.take() {
            self.runtime.block_on(body);
        }
    }
}
