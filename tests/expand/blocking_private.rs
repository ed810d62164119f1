//! The blocking version of a method that may implement a trait, where it would be missing.
use ::tokio_offload::__private as P;
impl Store {
    #[allow(
        clippy::implicit_return,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        refining_impl_trait
    )]
    fn load<T: Record + ::core::marker::Send + 'static, const N: usize>(
        &self,
        key: &str,
    ) -> ::tokio_offload::Offload<io::Result<[T; N]>> {
        P::call2::<
            _,
            _,
            io::Result<[T; N]>,
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
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::own::<str, _>(key),
            |__offload_own, key| -> io::Result<[T; N]> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let key: &str = P::lend::<str, _>(&key);
                trait __OffloadMissing {
                    fn load_now<T, const N: usize>(
                        _: impl ::core::marker::Sized,
                        _: impl ::core::marker::Sized,
                    ) -> ! {
                        loop {}
                    }
                }
                impl<__Offload: ?::core::marker::Sized> __OffloadMissing for __Offload {}
                Self::load_now::<T, N>(__self, key)
            },
        )
    }
    #[allow(clippy::missing_const_for_fn)]
    fn load_now<T: Record, const N: usize>(&self, key: &str) -> io::Result<[T; N]> {
        T::read(&self.dir.join(key))
    }
}
