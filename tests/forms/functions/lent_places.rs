//! `pool = EXPR` that names a runtime's handle, or a pool that is no `static`: a call needs no loan of either.

use std::{
    sync::{Arc, LazyLock},
    thread,
};

use tokio::runtime::{Handle, Id};
use tokio_offload::{Executor, Offload, Pool, offload};

fn call<R>(call: Offload<R>) -> R {
    tokio::runtime::Runtime::new().unwrap().block_on(call)
}

#[derive(Clone)]
struct Client {
    handle: Handle,
}

impl Client {
    #[offload(pool = self.handle)]
    fn of_field(&self) -> Id {
        Handle::current().id()
    }

    #[offload(pool = &self.handle)]
    fn of_borrowed_field(&self) -> Id {
        Handle::current().id()
    }

    #[offload(pool = self.handle.clone())]
    fn of_value(&self) -> Id {
        Handle::current().id()
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }

    #[offload(pool = self.handle())]
    fn of_getter(&self) -> Id {
        Handle::current().id()
    }
}

#[offload(pool = handle)]
fn of_argument(handle: Handle) -> Id {
    drop(handle);
    Handle::current().id()
}

#[offload(pool = handle)]
fn of_borrowed_argument(handle: &Handle) -> Id {
    let _ = handle;
    Handle::current().id()
}

#[test]
fn a_runtime_handle_is_a_place_in_fields_arguments_and_getters() {
    let away = tokio::runtime::Runtime::new().unwrap();
    let handle = away.handle().clone();
    let client = Client {
        handle: handle.clone(),
    };
    let id = handle.id();
    assert_eq!(call(client.of_field()), id);
    assert_eq!(call(client.of_borrowed_field()), id);
    assert_eq!(call(client.of_value()), id);
    assert_eq!(call(client.of_getter()), id);
    assert_eq!(call(of_borrowed_argument(&handle)), id);
    assert_eq!(call(of_argument(handle)), id);
}

struct Shop {
    pool: Pool,
}

impl Shop {
    #[offload(pool = self.pool)]
    fn of_field(self: Arc<Self>) -> Option<String> {
        thread_name()
    }

    fn pool(&self) -> &Pool {
        &self.pool
    }

    #[offload(pool = self.pool())]
    fn of_getter(self: Arc<Self>) -> Option<String> {
        thread_name()
    }
}

#[test]
fn a_pool_in_a_field_is_a_place() {
    let pool = Pool::new("in-a-field").threads(1);
    let shop = Arc::new(Shop { pool });
    let call_of_getter = Arc::clone(&shop).of_getter();
    assert_eq!(call(call_of_getter).as_deref(), Some("in-a-field-0"));
    assert_eq!(call(shop.of_field()).as_deref(), Some("in-a-field-0"));
}

static SHARED: LazyLock<Pool> = LazyLock::new(|| Pool::new("made-late").threads(1));
static NAMED: Pool = Pool::new("named").threads(1);

fn thread_name() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

#[offload(pool = on)]
fn of_borrowed_arc(on: &Arc<Pool>) -> Option<String> {
    thread_name()
}

#[offload(pool = on)]
fn of_borrowed_object(on: &Arc<dyn Executor>) -> Option<String> {
    thread_name()
}

#[offload(pool = on)]
fn of_static(on: &'static Pool) -> Option<String> {
    thread_name()
}

#[offload(pool = on)]
fn of_static_object(on: &'static dyn Executor) -> Option<String> {
    thread_name()
}

#[offload(pool = SHARED)]
fn of_lazy_static() -> Option<String> {
    thread_name()
}

struct Wrapped {
    pool: Box<Arc<Pool>>,
}

impl Wrapped {
    #[offload(pool = self.pool)]
    fn of_pointer(self: Arc<Self>) -> Option<String> {
        thread_name()
    }
}

#[test]
fn what_derefs_to_a_place_is_one() {
    let pool = Arc::new(Pool::new("shared").threads(1));
    let object: Arc<dyn Executor> = pool.clone();
    assert_eq!(call(of_borrowed_arc(&pool)).as_deref(), Some("shared-0"));
    assert_eq!(
        call(of_borrowed_object(&object)).as_deref(),
        Some("shared-0")
    );
    assert_eq!(call(of_static(&NAMED)).as_deref(), Some("named-0"));
    assert_eq!(call(of_static_object(&NAMED)).as_deref(), Some("named-0"));
    assert_eq!(call(of_lazy_static()).as_deref(), Some("made-late-0"));
    let wrapped = Arc::new(Wrapped {
        pool: Box::new(pool),
    });
    assert_eq!(call(wrapped.of_pointer()).as_deref(), Some("shared-0"));
}
