//! Failures of the call as errors of the function.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn parse(text: &str) -> ::tokio_offload::Offload<io::Result<u32>> {
    P::catch::<
        io::Result<u32>,
    >(
        P::call1::<
            _,
            io::Result<u32>,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "parse",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own::<str, _>(text),
            |text| -> io::Result<u32> {
                let text: &str = P::lend::<str, _>(&text);
                { text.parse().map_err(io::Error::other) }
            },
        ),
    )
}
impl Store {
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn load(&self, key: u32) -> ::tokio_offload::Offload<Result<Vec<u8>, Failed>> {
        P::catch::<
            Result<Vec<u8>, Failed>,
        >(
            P::call2::<
                _,
                u32,
                Result<Vec<u8>, Failed>,
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
                |__offload_own, key| -> Result<Vec<u8>, Failed> {
                    let __self = P::lend::<Self, _>(&__offload_own);
                    { __self.read(key) }
                },
            ),
        )
    }
    #[allow(clippy::implicit_return)]
    fn len(&self) -> ::tokio_offload::Offload<usize> {
        P::call1::<
            _,
            usize,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "len",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            |__offload_own| -> usize {
                let __self = P::lend::<Self, _>(&__offload_own);
                __self.count
            },
        )
    }
}
