//! The options, and lints beside them.

// It would ask for what the attribute refuses.
#![deny(clippy::missing_const_for_fn)]

use std::sync::{Arc, LazyLock};

use tokio_offload::{Executor, Pool, offload};

/// A pool.
pub static IMAGES: Pool = Pool::new("images").threads(1);

static LAZY: LazyLock<Pool> = LazyLock::new(|| Pool::new("lazy").threads(1));

/// In a static pool.
#[offload(pool = IMAGES)]
pub fn in_static(n: &str) -> usize {
    n.len()
}

/// In a lazy pool.
#[offload(pool = *LAZY)]
pub fn in_lazy() {}

/// In a pool that comes as an argument and is not used otherwise.
#[offload(pool = pool)]
pub fn in_argument(pool: Arc<Pool>, n: u8) -> u8 {
    n
}

/// In any executor.
#[offload(pool = *pool)]
pub fn in_any<E: Executor>(pool: &'static E, n: u8) -> u8 {
    n
}

/// In a pool that comes as an argument, and blocking without one.
#[must_use]
#[offload(pool = *pool, blocking = in_argument_blocking)]
pub fn in_argument_twin(pool: &Arc<Pool>, n: u8) -> u8 {
    n
}

/// Stays as it is, and is not asked for its pool.
#[must_use]
#[offload(pool = *pool, asynchronous = beside_in_argument)]
pub fn in_argument_beside(pool: &Arc<Pool>, n: u8) -> u8 {
    n
}

/// Stays as it is.
#[offload(asynchronous = added_async)]
#[must_use]
pub fn added(n: &str) -> usize {
    n.len()
}

/// Has a pool.
#[derive(Clone, Debug)]
pub struct Shop {
    pool: Arc<Pool>,
}

impl Shop {
    /// In the pool of a field.
    #[offload(pool = self.pool)]
    pub fn in_field(&self, n: u8) -> u8 {
        n
    }

    /// In the pool of a field, and blocking.
    #[must_use]
    #[offload(pool = self.pool, blocking = twin_blocking)]
    pub fn twin(&self, name: &str, mut n: usize) -> usize {
        n += name.len() + Arc::strong_count(&self.pool);
        n
    }

    /// A constructor with a twin.
    #[offload(blocking = open_blocking)]
    #[must_use]
    pub fn open(name: &'static str) -> Self {
        let pool = Arc::new(Pool::new(name));
        Self { pool }
    }

    /// A method by value with a twin.
    #[must_use]
    #[offload(blocking = close_blocking)]
    pub fn close(self: Arc<Self>, _: u8) -> bool {
        Arc::strong_count(&self) == 1
    }

    #[offload(blocking = hidden_blocking)]
    fn hidden<T: Send + 'static, const N: usize>(&self, many: [T; N]) -> usize {
        Arc::strong_count(&self.pool) + many.into_iter().count()
    }

    /// Calls both versions of a method that nobody else sees.
    pub async fn seen(&self) -> usize {
        self.hidden([1, 2]).await + self.hidden_blocking([3])
    }

    /// Old, with a twin.
    #[must_use]
    #[offload(blocking = old_blocking)]
    #[deprecated = "there is a newer one"]
    pub fn old(&self) -> usize {
        Arc::strong_count(&self.pool)
    }
}

/// With a twin of the same visibility.
#[must_use]
#[offload(blocking = total_blocking)]
pub fn total<T: Copy + Into<u64>>(items: &[T], (more, _): (u64, u64)) -> u64 {
    items.iter().map(|item| (*item).into()).sum::<u64>() + more
}

/// With a twin that expects a lint.
#[must_use]
#[offload(blocking = expected_blocking)]
#[expect(unused_variables, reason = "the form is the subject")]
pub fn expected(n: u8) -> u8 {
    1
}

/// With a twin that expects a lint under a condition.
#[must_use]
#[offload(blocking = expected_by_choice_blocking)]
#[cfg_attr(
    not(target_os = "none"),
    expect(unused_variables, reason = "the form is the subject")
)]
pub fn expected_by_choice(n: u8) -> u8 {
    1
}

/// Old, as a trait.
#[deprecated = "there is a newer one"]
#[offload(blocking = BlockingOld)]
pub trait Old {
    /// Gets it.
    fn get(&self, name: &str) -> u8;
}

/// With a twin, opaque.
#[offload(blocking = opaque_blocking)]
pub fn opaque(
    names: impl IntoIterator<Item = String>,
    prefix: impl AsRef<str>,
) -> impl Iterator<Item = String> {
    let prefix = prefix.as_ref().to_owned();
    let all: Vec<_> = names
        .into_iter()
        .map(|name| prefix.clone() + &name)
        .collect();
    all.into_iter()
}

#[offload(blocking = private_blocking)]
fn private(n: u8) -> u8 {
    n
}

#[offload(pool = *pool, blocking = placed_blocking)]
fn placed(pool: Arc<Pool>, n: u8) -> u8 {
    n
}

#[offload(catch, blocking = caught_blocking)]
fn caught(n: u8) -> Result<u8, tokio_offload::Error> {
    Ok(n)
}

/// Uses the private twins.
#[offload]
pub fn uses_private(n: u8, pool: Arc<Pool>) -> u8 {
    drop((placed(pool.clone(), n), caught(n), caught_blocking(n)));
    placed_blocking(pool, n)
        + tokio_offload::block_on(private(n)).unwrap_or_else(|_| private_blocking(n))
}

/// Under the name the crate has anyway.
#[offload(crate = ::tokio_offload)]
pub fn by_path(text: &str) -> usize {
    text.len()
}
