//! A block below which another macro boxes futures: each function is an `async fn` that awaits its call.
use ::tokio_offload::__private as P;
#[async_trait]
impl<T: Record + ::core::marker::Send + 'static> Store<T> for Files<T> {
    const LIMIT: usize = 64;
    /// Reads one record.
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    async fn load(&self, key: &str) -> io::Result<T> {
        let __offload_call = P::call2::<
            _,
            _,
            io::Result<T>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "load",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::named(P::of_static(&DISK)).on(),
            P::own_self::<Self, _, _>(self),
            P::own::<str, _>(key),
            |__offload_own, key| -> io::Result<T> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let key: &str = P::lend::<str, _>(&key);
                T::read(&__self.dir.join(key))
            },
        );
        __offload_call.await
    }
    async fn both(&self, a: &str, b: &str) -> io::Result<(T, T)> {
        Ok((self.load(a).await?, self.load(b).await?))
    }
}
