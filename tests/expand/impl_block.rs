//! Every method of a block as if it had its own attribute: the options of the block, where the method says nothing else.
use ::tokio_offload::__private as P;
impl<T: Record> Store<T> {
    pub const LIMIT: usize = 64;
    /// Reads one record.
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    pub fn load(&self, key: &str) -> ::tokio_offload::Offload<io::Result<T>>
    where
        T: ::core::marker::Send + 'static,
    {
        P::call2::<
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
                Self::load_blocking(__self, key)
            },
        )
    }
    /// Reads one record.
    #[allow(clippy::result_large_err, clippy::missing_const_for_fn)]
    pub fn load_blocking(&self, key: &str) -> io::Result<T> {
        T::read(&self.dir.join(key))
    }
    #[allow(clippy::implicit_return)]
    pub fn count(&self) -> ::tokio_offload::Offload<usize>
    where
        T: ::core::marker::Send + 'static,
    {
        P::call1::<
            _,
            usize,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "count",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::named(&self.pool).on(),
            P::own_self::<Self, _, _>(self),
            |__offload_own| -> usize {
                let __self = P::lend::<Self, _>(&__offload_own);
                Self::count_now(__self)
            },
        )
    }
    #[allow(clippy::missing_const_for_fn)]
    pub fn count_now(&self) -> usize {
        self.keys.len()
    }
}
