//! A method by reference: the call owns a clone of the value.
use ::tokio_offload::__private as P;
impl Store {
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    pub fn size(&self, name: &str) -> ::tokio_offload::Offload<io::Result<u64>> {
        P::call2::<
            _,
            _,
            io::Result<u64>,
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
            P::own_self::<Self, _, _>(self),
            P::own::<str, _>(name),
            |__offload_own, name| -> io::Result<u64> {
                let __self = P::lend::<Self, _>(&__offload_own);
                let name: &str = P::lend::<str, _>(&name);
                println!("{__self:?} {name}");
                Ok(metadata(__self.dir.join(name))?.len())
            },
        )
    }
}
