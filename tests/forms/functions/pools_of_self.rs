//! `pool = EXPR` that names a field or a method of `self`, or of another argument.

use std::sync::{Arc, LazyLock};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_offload::{Executor, Pool, offload};

use crate::{
    call, elsewhere,
    functions::pools::{IMAGES, LIST, place, shared},
};

#[derive(Clone)]
struct Shop {
    pool: Arc<Pool>,
    any: Arc<dyn Executor>,
    both: [Arc<Pool>; 1],
    name: String,
}

fn shop() -> Shop {
    Shop {
        pool: shared(),
        any: shared(),
        both: [shared()],
        name: String::from("s"),
    }
}

trait HasPool {
    fn pool(&self) -> &Arc<Pool>;
}

impl HasPool for Shop {
    fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }
}

impl Shop {
    const OWN: &'static Pool = &IMAGES;

    fn choose() -> &'static Pool {
        &LIST[0]
    }

    #[offload(pool = self.pool)]
    fn field(&self) -> String {
        place() + &self.name
    }

    #[offload(pool = self.pool.clone())]
    fn field_clone(self) -> String {
        place() + &self.name
    }

    #[offload(pool = self.pool)]
    fn field_of_value(mut self) -> String {
        self.name.push('!');
        place() + &self.name
    }

    #[offload(pool = self.pool)]
    fn field_of_arc(self: Arc<Self>) -> String {
        place() + &self.name
    }

    #[offload(pool = self.any)]
    fn object_field(&self) -> String {
        place()
    }

    #[offload(pool = self.both[0])]
    fn index_of_field(&self) -> String {
        place()
    }

    #[offload(pool = self.pool())]
    fn method(&self) -> String {
        place()
    }

    #[offload(pool = *Self::OWN)]
    fn associated_constant(&self) -> String {
        place()
    }

    #[offload(pool = Self::choose())]
    fn associated_function() -> String {
        place()
    }
}

#[offload(pool = shop.pool())]
fn of_generic<S: HasPool + Clone>(shop: &S) -> bool {
    place() == "shared" && Arc::strong_count(shop.pool()) > 1
}

#[test]
fn a_pool_can_be_a_field_or_method_of_self() {
    assert_eq!(call(shop().field()), "shareds");
    assert_eq!(call(shop().field_clone()), "shareds");
    assert_eq!(call(shop().field_of_value()), "shareds!");
    assert_eq!(call(Arc::new(shop()).field_of_arc()), "shareds");
    assert_eq!(call(shop().object_field()), "shared");
    assert_eq!(call(shop().index_of_field()), "shared");
    assert_eq!(call(shop().method()), "shared");
    assert_eq!(call(shop().associated_constant()), "images");
    assert_eq!(call(Shop::associated_function()), "first");
    assert!(call(of_generic(&shop())));
}

/// What holds a runtime that is not in an `Arc` is in one itself.
struct Server {
    runtime: Runtime,
    shared: Arc<Runtime>,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

fn runtime() -> Runtime {
    let threads = Builder::new_multi_thread().worker_threads(1).build();
    threads.expect("threads can be started")
}

impl Server {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    #[offload(pool = self.runtime)]
    fn field(self: Arc<Self>) -> bool {
        elsewhere();
        Handle::current().id() == self.runtime.handle().id()
    }

    #[offload(pool = &self.runtime)]
    fn lent(self: Arc<Self>) -> bool {
        elsewhere();
        Handle::current().id() == self.runtime.handle().id()
    }

    #[offload(pool = self.runtime())]
    fn method(self: Arc<Self>) -> bool {
        elsewhere();
        Handle::current().id() == self.runtime.handle().id()
    }

    #[offload(pool = self.shared)]
    fn shared(self: Arc<Self>) -> bool {
        elsewhere();
        Handle::current().id() == self.shared.handle().id()
    }
}

#[offload(pool = RUNTIME)]
fn of_static() -> bool {
    elsewhere();
    Handle::current().id() == RUNTIME.handle().id()
}

#[offload(pool = &*RUNTIME)]
fn of_lent_static() -> bool {
    elsewhere();
    Handle::current().id() == RUNTIME.handle().id()
}

#[test]
fn a_pool_can_be_a_runtime() {
    let server = Arc::new(Server {
        runtime: runtime(),
        shared: Arc::new(runtime()),
    });
    assert!(call(Arc::clone(&server).field()));
    assert!(call(Arc::clone(&server).lent()));
    assert!(call(Arc::clone(&server).method()));
    assert!(call(Arc::clone(&server).shared()));
    assert!(call(of_static()));
    assert!(call(of_lent_static()));
}
