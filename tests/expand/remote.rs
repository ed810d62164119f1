//! Worker processes: the body stands in a function of its own, which a table names, and the call writes its arguments.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
pub fn render(
    page: &Path,
    bytes: &[u8],
    scale: u32,
    __arg3: (u16, u16),
) -> ::tokio_offload::Offload<Result<Image, Error>> {
    #[allow(
        clippy::single_call_fn,
        clippy::too_many_arguments,
        clippy::unnecessary_wraps,
        clippy::trivially_copy_pass_by_ref
    )]
    fn __offload_body(
        page: &Path,
        bytes: &[u8],
        mut scale: u32,
        (width, _): (u16, u16),
    ) -> Result<Image, Error> {
        scale += 1;
        draw(page, bytes, scale, width)
    }
    #[P::remote::linkme::distributed_slice(P::remote::FUNCTIONS)]
    #[linkme(crate = P::remote::linkme)]
    static __OFFLOAD_FUNCTION: P::remote::Function = P::remote::Function::new(
        ::core::concat!(::core::module_path!(), "::", "render"),
        || P::remote::workers(&RENDER),
        |mut __offload_input, __offload_output| {
            let page = P::remote::lent::<Path>().take(&mut __offload_input)?;
            let bytes = P::remote::bytes().take(&mut __offload_input)?;
            let scale = P::remote::value::<u32>().take(&mut __offload_input)?;
            let __arg3 = P::remote::value::<(u16, u16)>().take(&mut __offload_input)?;
            P::remote::end(__offload_input)?;
            let __offload_answer = __offload_body(
                page.lend(),
                bytes.lend(),
                scale,
                __arg3,
            );
            P::remote::answer::<Result<Image, Error>>()
                .give(__offload_answer, __offload_output)
        },
        |__offload_fingerprint| {
            P::remote::lent::<Path>().fingerprint(__offload_fingerprint);
            P::remote::bytes().fingerprint(__offload_fingerprint);
            P::remote::value::<u32>().fingerprint(__offload_fingerprint);
            P::remote::value::<(u16, u16)>().fingerprint(__offload_fingerprint);
            P::remote::answer::<Result<Image, Error>>()
                .fingerprint(__offload_fingerprint);
        },
    );
    let mut __arguments = P::remote::arguments(&__OFFLOAD_FUNCTION);
    P::remote::lent::<Path>().give(page, &mut __arguments);
    P::remote::bytes().give(bytes, &mut __arguments);
    P::remote::value::<u32>().give(scale, &mut __arguments);
    P::remote::value::<(u16, u16)>().give(__arg3, &mut __arguments);
    P::remote::answer::<Result<Image, Error>>()
        .call(
            || {
                static SITE: P::Site = P::Site::new(
                    "render",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            &__OFFLOAD_FUNCTION,
            __arguments,
        )
}
#[allow(clippy::implicit_return, refining_impl_trait)]
fn ping() -> crate::reexported::__private::Offload<Result<(), Error>> {
    #[allow(
        clippy::single_call_fn,
        clippy::too_many_arguments,
        clippy::unnecessary_wraps
    )]
    fn __offload_body() -> Result<(), Error> {
        Ok(())
    }
    #[crate::reexported::__private::remote::linkme::distributed_slice(
        crate::reexported::__private::remote::FUNCTIONS
    )]
    #[linkme(crate = crate::reexported::__private::remote::linkme)]
    static __OFFLOAD_FUNCTION: crate::reexported::__private::remote::Function = crate::reexported::__private::remote::Function::new(
        ::core::concat!(::core::module_path!(), "::", "ping"),
        || crate::reexported::__private::remote::workers(workers()),
        |mut __offload_input, __offload_output| {
            crate::reexported::__private::remote::end(__offload_input)?;
            let __offload_answer = __offload_body();
            crate::reexported::__private::remote::answer::<Result<(), Error>>()
                .give(__offload_answer, __offload_output)
        },
        |__offload_fingerprint| {
            crate::reexported::__private::remote::answer::<Result<(), Error>>()
                .fingerprint(__offload_fingerprint);
        },
    );
    let __arguments = crate::reexported::__private::remote::arguments(
        &__OFFLOAD_FUNCTION,
    );
    crate::reexported::__private::remote::answer::<Result<(), Error>>()
        .call(
            || {
                static SITE: crate::reexported::__private::Site = crate::reexported::__private::Site::new(
                    "ping",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            &__OFFLOAD_FUNCTION,
            __arguments,
        )
}
