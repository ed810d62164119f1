//! A trait in two versions, and the asynchronous one for an `Arc` of whatever implements the blocking one.
use ::tokio_offload::__private as P;
/// Where records are kept.
pub trait BlockingStore<K>: Lock + Send
where
    K: Ord,
{
    /// What is kept.
    type Item: Clone;
    const LIMIT: usize = 64;
    /// Finds a record.
    fn get(&self, key: K) -> Option<Self::Item>;
    fn find<Q: Query>(&self, query: Q, path: &Path) -> io::Result<Vec<Self::Item>> {
        query.run(self.open(path)?)
    }
}
/// Where records are kept.
pub trait Store<K>: Send
where
    K: Ord,
{
    /// What is kept.
    type Item: Clone;
    const LIMIT: usize = 64;
    /// Finds a record.
    fn get(&self, key: K) -> ::tokio_offload::Offload<Option<Self::Item>>;
    fn find<Q: Query + ::core::marker::Send + 'static>(
        &self,
        query: Q,
        path: &Path,
    ) -> ::tokio_offload::Offload<io::Result<Vec<Self::Item>>>;
}
impl<K, T> Store<K> for P::Arc<T>
where
    T: BlockingStore<K> + ?::core::marker::Sized + ::core::marker::Send
        + ::core::marker::Sync + 'static,
    K: Ord + ::core::marker::Send + 'static,
    <T as BlockingStore<K>>::Item: ::core::marker::Send + 'static,
{
    type Item = <T as BlockingStore<K>>::Item;
    const LIMIT: usize = <T as BlockingStore<K>>::LIMIT;
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn get(&self, key: K) -> ::tokio_offload::Offload<Option<Self::Item>> {
        P::call2::<
            _,
            _,
            Option<Self::Item>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "get",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::stay(key),
            |__offload_own, key| -> Option<Self::Item> {
                let __self = P::lend::<Self, _>(&__offload_own);
                <T as BlockingStore<K>>::get(&**__self, key)
            },
        )
    }
    #[allow(
        clippy::implicit_return,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        clippy::result_large_err
    )]
    fn find<Q: Query + ::core::marker::Send + 'static>(
        &self,
        query: Q,
        path: &Path,
    ) -> ::tokio_offload::Offload<io::Result<Vec<Self::Item>>> {
        P::call3::<
            _,
            _,
            _,
            io::Result<Vec<Self::Item>>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "find",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::stay(query),
            P::own::<_, _>(path),
            |__offload_own, query, path| -> io::Result<Vec<Self::Item>> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let path: &Path = P::lend::<_, _>(&path);
                <T as BlockingStore<K>>::find::<Q>(&**__self, query, path)
            },
        )
    }
}
