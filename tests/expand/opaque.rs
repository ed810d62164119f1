//! An opaque result: the caller sees the bound that lets it travel, the body's closure infers it.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn numbers(
    max: &str,
) -> ::tokio_offload::Offload<
    Result<impl Iterator<Item = u32> + ::core::marker::Send + 'static, ParseIntError>,
> {
    P::call1::<
        _,
        Result<_, ParseIntError>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "numbers",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own::<str, _>(max),
        |max| -> Result<_, ParseIntError> {
            let max: &str = P::lend::<str, _>(&max);
            { Ok(0..max.parse()?) }
        },
    )
}
