//! An unsafe function: its body is an unsafe block, as before.
use ::tokio_offload::__private as P;
#[allow(
    clippy::implicit_return,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    unused_unsafe
)]
unsafe fn first(bytes: &[u8]) -> ::tokio_offload::Offload<u8> {
    P::call1::<
        _,
        u8,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "first",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own::<[u8], _>(bytes),
        |bytes| -> u8 {
            unsafe {
                let bytes: &[u8] = P::lend::<[u8], _>(&bytes);
                { *bytes.get_unchecked(0) }
            }
        },
    )
}
