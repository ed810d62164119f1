//! Worker processes: an argument that may be missing makes two calls of the body, of which one remains.
use ::tokio_offload::__private as P;
#[allow(
    clippy::implicit_return,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    refining_impl_trait,
    unused_unsafe
)]
unsafe fn open(
    path: &Path,
    #[cfg(unix)]
    mode: u32,
) -> ::tokio_offload::Offload<Result<u64, Error>> {
    #[allow(
        clippy::single_call_fn,
        clippy::too_many_arguments,
        clippy::unnecessary_wraps
    )]
    unsafe fn __body(path: &Path, #[cfg(unix)] mode: u32) -> Result<u64, Error> {
        count(path)
    }
    #[P::remote::linkme::distributed_slice(P::remote::FUNCTIONS)]
    #[linkme(crate = P::remote::linkme)]
    static __FUNCTION: P::remote::Function = P::remote::Function::new(
        ::core::concat!(::core::module_path!(), "::", "open"),
        || P::remote::workers(&RENDER),
        |mut __input, __output| {
            let path = P::remote::lent::<Path>().take(&mut __input)?;
            #[cfg(unix)]
            let mode = P::remote::value::<u32>().take(&mut __input)?;
            P::remote::end(__input)?;
            #[cfg(not(all(unix)))]
            let __answer = unsafe { __body(path.lend()) };
            #[cfg(all(unix))]
            let __answer = unsafe { __body(path.lend(), mode) };
            P::remote::answer::<Result<u64, Error>>().give(__answer, __output)
        },
        |__shape| {
            P::remote::lent::<Path>().shape(__shape);
            #[cfg(unix)] P::remote::value::<u32>().shape(__shape);
            P::remote::answer::<Result<u64, Error>>().shape(__shape);
        },
    );
    let mut __arguments = P::remote::arguments(&__FUNCTION);
    P::remote::lent::<Path>().give(path, &mut __arguments);
    #[cfg(unix)] P::remote::value::<u32>().give(mode, &mut __arguments);
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
            &__FUNCTION,
            __arguments,
        )
}
