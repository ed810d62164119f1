//! `pool = EXPR` in every form an executor may be named in, with the thread the body then runs on.

use std::{
    sync::{Arc, LazyLock, OnceLock},
    thread,
};

use tokio_offload::{Executor, Pool, offload};

use crate::{call, elsewhere};

pub(crate) static IMAGES: Pool = Pool::new("images").threads(1);
static LAZY: LazyLock<Pool> = LazyLock::new(|| Pool::new("lazy").threads(1));
static LAZY_SHARED: LazyLock<Arc<Pool>> = LazyLock::new(|| Arc::new(Pool::new("lazy").threads(1)));
pub(crate) static LIST: [Pool; 2] = [
    Pool::new("first").threads(1),
    Pool::new("second").threads(1),
];

/// The name of this thread without its number.
pub(crate) fn place() -> String {
    elsewhere();
    let thread = thread::current();
    let name = thread.name().unwrap_or_default();
    name.rsplit_once('-')
        .map_or(name, |(name, _)| name)
        .to_owned()
}

fn images() -> &'static Pool {
    &IMAGES
}

pub(crate) fn shared() -> Arc<Pool> {
    static SHARED: OnceLock<Arc<Pool>> = OnceLock::new();
    Arc::clone(SHARED.get_or_init(|| Arc::new(Pool::new("shared").threads(1))))
}

#[offload(pool = IMAGES)]
fn by_static() -> String {
    place()
}

#[offload(pool = &IMAGES)]
fn by_reference(_: &str) -> String {
    place()
}

#[offload(pool = self::IMAGES)]
fn by_path(n: u8) -> String {
    place() + &n.to_string()
}

#[offload(pool = crate::functions::pools::IMAGES)]
fn by_long_path() -> String {
    place()
}

#[offload(pool = (IMAGES))]
fn in_parentheses() -> String {
    place()
}

#[offload(pool = LIST[1],)]
fn by_index() -> String {
    place()
}

#[offload(pool = LIST[index])]
fn by_index_of_argument(index: usize) -> String {
    place()
}

#[offload(pool = *LAZY)]
fn by_lazy() -> String {
    place()
}

#[offload(pool = LAZY_SHARED.clone())]
fn by_lazy_clone() -> String {
    place()
}

#[offload(pool = *LAZY_SHARED)]
fn by_lazy_shared() -> String {
    place()
}

#[offload(pool = images())]
fn by_call() -> String {
    place()
}

#[offload(pool = shared())]
fn by_shared_call() -> String {
    place()
}

#[offload(pool = if first { &LIST[0] } else { &LIST[1] })]
fn by_choice(first: bool) -> String {
    place()
}

#[offload(pool = match n { 0 => images(), _ => &LIST[1] })]
fn by_match(n: u8) -> String {
    place()
}

#[offload(pool = { let all = &LIST; &all[0] })]
fn by_block() -> String {
    place()
}

#[offload(pool = LIST.iter().find(|pool| format!("{pool:?}").contains(name)).unwrap_or(&IMAGES))]
fn by_search(name: &str) -> String {
    place()
}

#[test]
fn a_pool_can_be_any_expression_of_statics() {
    assert_eq!(call(by_static()), "images");
    assert_eq!(call(by_reference("")), "images");
    assert_eq!(call(by_path(1)), "images1");
    assert_eq!(call(by_long_path()), "images");
    assert_eq!(call(in_parentheses()), "images");
    assert_eq!(call(by_index()), "second");
    assert_eq!(call(by_index_of_argument(0)), "first");
    assert_eq!(call(by_lazy()), "lazy");
    assert_eq!(call(by_lazy_clone()), "lazy");
    assert_eq!(call(by_lazy_shared()), "lazy");
    assert_eq!(call(by_call()), "images");
    assert_eq!(call(by_shared_call()), "shared");
    assert_eq!(call(by_choice(false)), "second");
    assert_eq!(call(by_match(0)), "images");
    assert_eq!(call(by_block()), "first");
    assert_eq!(call(by_search("no such pool")), "images");
}

#[offload(pool = pool)]
fn by_argument(pool: Arc<Pool>) -> String {
    drop(pool);
    place()
}

#[offload(pool = pool.clone())]
fn by_borrowed_argument(pool: &Arc<Pool>, n: &str) -> String {
    assert_eq!(n, "n");
    assert!(Arc::strong_count(pool) > 1);
    place()
}

#[offload(pool = *pool)]
fn by_dereferenced_argument(pool: &Arc<Pool>) -> String {
    drop(Arc::clone(pool));
    place()
}

#[offload(pool = *pool)]
fn by_static_argument(pool: &'static Pool) -> String {
    assert!(!format!("{pool:?}").is_empty());
    place()
}

#[offload(pool = _pool)]
fn by_unused_argument(_pool: Arc<Pool>) -> String {
    place()
}

#[offload(pool = pool)]
fn by_object(pool: Arc<dyn Executor>) -> String {
    drop(pool);
    place()
}

#[offload(pool = pool)]
fn by_generic<E: Executor>(pool: Arc<E>) -> String {
    drop(pool);
    place()
}

#[offload(pool = pool.clone())]
fn by_impl(pool: Arc<impl Executor>) -> String {
    drop(pool);
    place()
}

#[offload(pool = pool)]
fn by_cfg_argument(
    #[cfg(not(target_os = "none"))] pool: Arc<Pool>,
    #[cfg(target_os = "none")] pool: Arc<u8>,
) -> String {
    drop(pool);
    place()
}

#[test]
fn a_pool_can_be_an_argument() {
    let pool = shared();
    assert_eq!(call(by_argument(pool.clone())), "shared");
    assert_eq!(call(by_borrowed_argument(&pool, "n")), "shared");
    assert_eq!(call(by_dereferenced_argument(&pool)), "shared");
    assert_eq!(call(by_static_argument(&IMAGES)), "images");
    assert_eq!(call(by_unused_argument(pool.clone())), "shared");
    assert_eq!(call(by_object(pool.clone())), "shared");
    assert_eq!(call(by_generic(pool.clone())), "shared");
    assert_eq!(call(by_impl(pool.clone())), "shared");
    assert_eq!(call(by_cfg_argument(pool)), "shared");
}
