//! Methods that own their receiver, or a pointer to it.
use ::tokio_offload::__private as P;
impl Store {
    #[allow(clippy::implicit_return)]
    fn size(self: Arc<Self>) -> ::tokio_offload::Offload<usize> {
        P::call1::<
            Arc<Self>,
            usize,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "size",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::stay(self),
            |__self| -> usize { __self.files.len() },
        )
    }
    #[allow(clippy::implicit_return)]
    fn watch(self: &Arc<Self>) -> ::tokio_offload::Offload<Arc<Self>> {
        P::call1::<
            _,
            Arc<Self>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "watch",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Arc<Self>, _, _>(self),
            |__offload_own| -> Arc<Self> {
                let __self = P::lend::<Arc<Self>, _>(&__offload_own);
                { __self.clone() }
            },
        )
    }
    #[allow(clippy::implicit_return)]
    fn close(self) -> ::tokio_offload::Offload<P::Never> {
        P::call1::<
            _,
            P::Never,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "close",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::stay(self),
            |mut __self| -> ! {
                __self.files.clear();
                exit(0)
            },
        )
    }
}
