//! Worker processes: an argument that may be missing makes two calls of the body, of which one remains.
use ::tokio_offload::__private as P;
#[allow(
    clippy::implicit_return,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    unused_unsafe
)]
unsafe fn open(
    path: &Path,
    #[cfg(unix)]
    mode: u32,
    #[cfg_attr(windows, cfg(feature = "c"))]
    share: u8,
) -> ::tokio_offload::Offload<Result<u64, Error>> {
    #[allow(
        clippy::single_call_fn,
        clippy::too_many_arguments,
        clippy::unnecessary_wraps,
        clippy::trivially_copy_pass_by_ref
    )]
    unsafe fn __offload_body(
        path: &Path,
        #[cfg(unix)]
        mode: u32,
        #[cfg_attr(windows, cfg(feature = "c"))]
        share: u8,
    ) -> Result<u64, Error> {
        count(path)
    }
    #[P::remote::linkme::distributed_slice(P::remote::FUNCTIONS)]
    #[linkme(crate = P::remote::linkme)]
    static __OFFLOAD_FUNCTION: P::remote::Function = P::remote::Function::new(
        ::core::concat!(::core::module_path!(), "::", "open"),
        || P::remote::workers(&RENDER),
        |mut __offload_input, __offload_output| {
            let path = P::remote::lent::<Path>().take(&mut __offload_input)?;
            #[cfg(unix)]
            let mode = P::remote::value::<u32>().take(&mut __offload_input)?;
            #[cfg_attr(windows, cfg(feature = "c"))]
            let share = P::remote::value::<u8>().take(&mut __offload_input)?;
            P::remote::end(__offload_input)?;
            #[cfg(not(unix))]
            #[cfg(not(any(not(windows), feature = "c")))]
            let __offload_answer = unsafe { __offload_body(path.lend()) };
            #[cfg(unix)]
            #[cfg(not(any(not(windows), feature = "c")))]
            let __offload_answer = unsafe { __offload_body(path.lend(), mode) };
            #[cfg(not(unix))]
            #[cfg(any(not(windows), feature = "c"))]
            let __offload_answer = unsafe { __offload_body(path.lend(), share) };
            #[cfg(unix)]
            #[cfg(any(not(windows), feature = "c"))]
            let __offload_answer = unsafe { __offload_body(path.lend(), mode, share) };
            P::remote::answer::<Result<u64, Error>>()
                .give(__offload_answer, __offload_output)
        },
        |__offload_fingerprint| {
            P::remote::lent::<Path>().fingerprint(__offload_fingerprint);
            #[cfg(unix)] P::remote::value::<u32>().fingerprint(__offload_fingerprint);
            #[cfg_attr(windows, cfg(feature = "c"))]
            P::remote::value::<u8>().fingerprint(__offload_fingerprint);
            P::remote::answer::<Result<u64, Error>>().fingerprint(__offload_fingerprint);
        },
    );
    let mut __arguments = P::remote::arguments(&__OFFLOAD_FUNCTION);
    P::remote::lent::<Path>().give(path, &mut __arguments);
    #[cfg(unix)] P::remote::value::<u32>().give(mode, &mut __arguments);
    #[cfg_attr(windows, cfg(feature = "c"))]
    P::remote::value::<u8>().give(share, &mut __arguments);
    P::remote::answer::<Result<u64, Error>>()
        .call(
            || {
                static SITE: P::Site = P::Site::new(
                    "open",
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
