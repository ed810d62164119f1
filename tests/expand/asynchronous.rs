//! What stands already, and the asynchronous version that is added beside it: of a function, a block and a trait.
use ::tokio_offload::__private as P;
#[allow(clippy::missing_const_for_fn)]
#[cfg_attr(not(windows), unsafe(no_mangle))]
#[cfg_attr(all(windows, feature = "c"), unsafe(export_name = "Checksum"))]
pub fn head(path: &Path) -> io::Result<u64> {
    Ok(metadata(path)?.len())
}
#[allow(clippy::result_large_err)]
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
pub fn head_async(path: &Path) -> ::tokio_offload::Offload<io::Result<u64>> {
    P::call1::<
        _,
        io::Result<u64>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "head_async",
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
impl Store {
    #[allow(clippy::missing_const_for_fn)]
    /// Reads one record.
    pub fn load(&self, key: &str) -> io::Result<Vec<u8>> {
        read(self.dir.join(key))
    }
    #[allow(clippy::result_large_err)]
    /// Reads one record.
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    pub fn load_async(
        &self,
        key: &str,
    ) -> ::tokio_offload::Offload<io::Result<Vec<u8>>> {
        P::call2::<
            _,
            _,
            io::Result<Vec<u8>>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "load_async",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::own::<str, _>(key),
            |__offload_own, key| -> io::Result<Vec<u8>> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let key: &str = P::lend::<str, _>(&key);
                Self::load(__self, key)
            },
        )
    }
    #[allow(clippy::missing_const_for_fn)]
    pub fn count(&self) -> usize {
        self.keys.len()
    }
    #[allow(clippy::implicit_return)]
    pub fn number(&self) -> ::tokio_offload::Offload<usize> {
        P::call1::<
            _,
            usize,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "number",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::named(P::of_static(&CPU)).on(),
            P::own_self::<Self, _, _>(self),
            |__offload_own| -> usize {
                let __self = P::lend::<Self, _>(&__offload_own);
                Self::count(__self)
            },
        )
    }
}
/// Finds things.
pub trait Lookup {
    fn find(&self, word: &str) -> Option<usize>;
}
/// Finds things.
pub trait AsyncLookup {
    fn find(&self, word: &str) -> ::tokio_offload::Offload<Option<usize>>;
}
impl<T> AsyncLookup for P::Arc<T>
where
    T: Lookup + ?::core::marker::Sized + ::core::marker::Send + ::core::marker::Sync
        + 'static,
{
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn find(&self, word: &str) -> ::tokio_offload::Offload<Option<usize>> {
        P::call2::<
            _,
            _,
            Option<usize>,
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
            P::own::<str, _>(word),
            |__offload_own, word| -> Option<usize> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let word: &str = P::lend::<str, _>(&word);
                <T as Lookup>::find(&**__self, word)
            },
        )
    }
}
