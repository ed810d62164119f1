//! Arguments that the caller chooses the type of: made what they are asked for at the call, and no more than that in the body.
use ::tokio_offload::__private as P;
#[allow(
    clippy::implicit_return,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    clippy::redundant_clone
)]
pub fn greet<Q: Into<PathBuf>>(
    name: impl Into<String>,
    number: impl ToString,
    path: Q,
) -> ::tokio_offload::Offload<String> {
    P::call3::<
        _,
        _,
        _,
        String,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "greet",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own_into(P::into::<String, _>(name)),
        P::own_text(P::text(number)),
        P::own_into(P::into::<PathBuf, _>(path)),
        |name, number, path| -> String {
            #[allow(unused_imports)]
            use ::core::convert::Into as _;
            #[allow(unused_imports)]
            use ::std::string::ToString as _;
            format!("{} {} {}", name.into(), number.to_string(), path.into().display())
        },
    )
}
