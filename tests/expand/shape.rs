//! A returned closure: it is checked against the bounds, whose types the inner function takes as parameters.
use ::tokio_offload::__private as P;
impl<T: Send> Table<T> {
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn keeper(
        n: usize,
    ) -> ::tokio_offload::Offload<
        impl Fn(&[T], &str) -> Option<bool> + Send + ::core::marker::Send + 'static,
    > {
        P::call1::<
            usize,
            _,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "keeper",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::stay(n),
            |n| -> _ {
                #[allow(clippy::single_call_fn)]
                fn __offload_shape<
                    A0,
                    A1: ?::core::marker::Sized,
                    A2,
                    R: Fn(&[A0], &A1) -> A2,
                >(__offload_value: R) -> R {
                    __offload_value
                }
                __offload_shape::<
                    T,
                    str,
                    Option<bool>,
                    _,
                >(move |rows, name| rows.get(n).map(|_| name.is_empty()))
            },
        )
    }
}
