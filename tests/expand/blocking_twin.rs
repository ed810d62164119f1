//! The blocking version under a name of its own: called where its path is known, else written out twice.
use ::tokio_offload::__private as P;
impl Store {
    #[allow(clippy::todo)]
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    pub fn largest<T: Ord + ::core::marker::Send + 'static>(
        &self,
        items: Vec<T>,
        path: impl AsRef<Path>,
        __arg2: (u8, u8),
    ) -> ::tokio_offload::Offload<T> {
        P::call4::<
            _,
            Vec<T>,
            _,
            (u8, u8),
            T,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "largest",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::stay(items),
            P::own_as_ref::<Path, _, _>(path),
            P::stay(__arg2),
            |__offload_own, items, path, __arg2| -> P::Type<T> {
                let __self = P::lend::<Self, _>(&__offload_own);
                Self::largest_blocking::<T>(__self, items, path, __arg2)
            },
        )
    }
    #[expect(clippy::todo)]
    #[allow(
        clippy::impl_trait_in_params,
        clippy::too_many_arguments,
        clippy::missing_const_for_fn
    )]
    pub fn largest_blocking<T: Ord>(
        &self,
        items: Vec<T>,
        path: impl AsRef<Path>,
        (a, b): (u8, u8),
    ) -> T {
        todo!()
    }
}
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
pub fn head(path: &Path) -> ::tokio_offload::Offload<io::Result<u64>> {
    P::call1::<
        _,
        io::Result<u64>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "head",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own::<_, _>(path),
        |path| -> io::Result<u64> {
            let path: &Path = P::lend::<_, _>(&path);
            Ok(metadata(path)?.len())
        },
    )
}
#[allow(dead_code)]
#[allow(clippy::result_large_err, clippy::missing_const_for_fn)]
pub fn head_blocking(path: &Path) -> io::Result<u64> {
    Ok(metadata(path)?.len())
}
