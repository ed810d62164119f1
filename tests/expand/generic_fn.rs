//! A generic function: its parameters must be able to travel.
use ::tokio_offload::__private as P;
#[allow(
    clippy::implicit_return,
    clippy::shadow_reuse,
    clippy::shadow_unrelated,
    clippy::needless_lifetimes,
    single_use_lifetimes
)]
fn largest<'t, T: Ord + Clone + ::core::marker::Send + 'static, K, const N: usize>(
    items: &[T; N],
    hint: Option<&'t str>,
    text: Cow<'t, str>,
    __arg3: (T, K),
) -> ::tokio_offload::Offload<Option<T>>
where
    K: Into<T> + ::core::marker::Send + 'static,
{
    P::call4::<
        _,
        _,
        _,
        _,
        Option<T>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "largest",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own::<_, _>(items),
        P::own_opt::<str, _>(hint),
        P::own_cow::<str>(text),
        P::stay(__arg3),
        |items, hint, text, (extra, key)| -> Option<T> {
            let items: &[T; N] = P::lend::<_, _>(&items);
            let hint: ::core::option::Option<&str> = P::lend_opt::<str, _>(&hint);
            {
                {
                    let hint: Option<&'_ str> = hint;
                    drop((hint, text));
                    items.iter().cloned().chain([extra, key.into()]).max()
                }
            }
        },
    )
}
