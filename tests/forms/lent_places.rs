//! `pool = EXPR` that names a runtime's handle, or a pool that is no `static`: a call needs no loan of either.

use std::{sync::Arc, thread};

use tokio::runtime::{Handle, Id};
use tokio_offload::{Offload, Pool, offload};

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
fn a_handle_is_a_place_wherever_it_is() {
    let away = tokio::runtime::Runtime::new().unwrap();
    let handle = away.handle().clone();
    let client = Client {
        handle: handle.clone(),
    };
    let id = handle.id();
    assert_eq!(call(client.of_field()), id);
    assert_eq!(call(client.of_borrowed_field()), id);
    assert_eq!(call(client.of_value()), id);
    assert_eq!(call(of_borrowed_argument(&handle)), id);
    assert_eq!(call(of_argument(handle)), id);
}

struct Shop {
    pool: Pool,
}

impl Shop {
    #[offload(pool = self.pool)]
    fn of_field(self: Arc<Self>) -> Option<String> {
        thread::current().name().map(str::to_owned)
    }
}

#[test]
fn a_pool_in_a_field_is_a_place() {
    let pool = Pool::new("in-a-field").threads(1);
    let shop = Arc::new(Shop { pool });
    assert_eq!(call(shop.of_field()).as_deref(), Some("in-a-field-0"));
}
