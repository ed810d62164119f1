//! `AsRef` arguments: the call owns what they refer to, so callers need not give anything up.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn copy<P: AsRef<Path>>(
    from: P,
    to: &impl AsRef<Path>,
    keep: impl Fn(&str) -> bool + ::core::marker::Send + 'static,
) -> ::tokio_offload::Offload<io::Result<u64>> {
    P::call3::<
        _,
        _,
        _,
        io::Result<u64>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "copy",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own_as_ref::<Path, _, _>(from),
        P::own_as_ref::<Path, _, _>(to),
        keep,
        |from, to, keep| -> io::Result<u64> {
            let to = &to;
            fs::copy(from, to)
        },
    )
}
