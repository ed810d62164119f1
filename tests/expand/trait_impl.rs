//! A method of a trait that declares `async fn`: nothing is special about it.
use ::tokio_offload::__private as P;
impl Load for Store {
    type Error = io::Error;
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn load(&self, key: u32) -> ::tokio_offload::Offload<Result<String, Self::Error>> {
        P::call2::<
            _,
            u32,
            Result<String, Self::Error>,
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
            P::stay(key),
            |__offload_own, key| -> Result<String, Self::Error> {
                let __self = P::lend::<Self, _>(&__offload_own);
                { read_to_string(__self.path(key)) }
            },
        )
    }
}
