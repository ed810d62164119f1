//! Places to run: what can be borrowed is borrowed, what is made by a call is moved.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn resize(image: Image) -> ::tokio_offload::Offload<Image> {
    P::call1::<
        _,
        Image,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "resize",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::named(P::of_static(&IMAGES)).on(),
        P::stay(image),
        |image| -> P::Type<Image> { image.halved() },
    )
}
impl Store {
    #[allow(clippy::implicit_return, refining_impl_trait)]
    fn size(&self) -> crate::reexported::__private::Offload<usize> {
        crate::reexported::__private::call1::<
            _,
            usize,
        >(
            || {
                static SITE: crate::reexported::__private::Site = crate::reexported::__private::Site::new(
                    "size",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            crate::reexported::__private::given(self.pool.clone()).on(),
            crate::reexported::__private::own_self::<Self, _, _>(self),
            |__offload_own| -> usize {
                let __self = crate::reexported::__private::lend::<
                    Self,
                    _,
                >(&__offload_own);
                __self.files.len()
            },
        )
    }
}
