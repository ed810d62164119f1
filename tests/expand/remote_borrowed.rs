//! Worker processes: what is borrowed is written as it is, and read without a copy where that can be.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn find<P: AsRef<Path>>(
    path: P,
    to: &impl AsRef<[u8]>,
    word: Option<&str>,
    all: Cow<'_, [u8]>,
) -> ::tokio_offload::Offload<Result<u64, Error>> {
    #[allow(
        clippy::single_call_fn,
        clippy::too_many_arguments,
        clippy::unnecessary_wraps,
        clippy::option_option
    )]
    fn __offload_body<P: AsRef<Path>>(
        path: P,
        to: &impl AsRef<[u8]>,
        word: Option<&str>,
        all: Cow<'_, [u8]>,
    ) -> Result<u64, Error> {
        search(path, to, word, all)
    }
    #[P::remote::linkme::distributed_slice(P::remote::FUNCTIONS)]
    #[linkme(crate = P::remote::linkme)]
    static __OFFLOAD_FUNCTION: P::remote::Function = P::remote::Function::new(
        ::core::concat!(::core::module_path!(), "::", "find"),
        || P::remote::workers(&*RENDER),
        |mut __offload_input, __offload_output| {
            let path = P::remote::lent::<Path>().take(&mut __offload_input)?;
            let to = P::remote::bytes().take(&mut __offload_input)?;
            let word = P::remote::lent::<str>().take_opt(&mut __offload_input)?;
            let all = P::remote::bytes().take(&mut __offload_input)?;
            P::remote::end(__offload_input)?;
            let __offload_answer = __offload_body(
                path.lend_as_ref(),
                &to.lend_as_ref(),
                word.lend_opt(),
                all.lend_cow(),
            );
            P::remote::answer::<Result<u64, Error>>()
                .give(__offload_answer, __offload_output)
        },
        |__offload_fingerprint| {
            P::remote::lent::<Path>().fingerprint(__offload_fingerprint);
            P::remote::bytes().fingerprint(__offload_fingerprint);
            P::remote::lent::<str>().fingerprint_opt(__offload_fingerprint);
            P::remote::bytes().fingerprint(__offload_fingerprint);
            P::remote::answer::<Result<u64, Error>>().fingerprint(__offload_fingerprint);
        },
    );
    let mut __arguments = P::remote::arguments(&__OFFLOAD_FUNCTION);
    P::remote::lent::<Path>().give_as_ref(path, &mut __arguments);
    P::remote::bytes().give_as_ref(to, &mut __arguments);
    P::remote::lent::<str>().give_opt(word, &mut __arguments);
    P::remote::bytes().give_cow(all, &mut __arguments);
    P::remote::answer::<Result<u64, Error>>()
        .call(
            || {
                static SITE: P::Site = P::Site::new(
                    "find",
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
#[allow(dead_code)]
#[allow(
    clippy::impl_trait_in_params,
    clippy::too_many_arguments,
    clippy::result_large_err,
    clippy::missing_const_for_fn,
    clippy::unnecessary_wraps
)]
fn find_now<P: AsRef<Path>>(
    path: P,
    to: &impl AsRef<[u8]>,
    word: Option<&str>,
    all: Cow<'_, [u8]>,
) -> Result<u64, Error> {
    search(path, to, word, all)
}
