//! A generic function: its parameters must be able to travel.

#[offload]
fn largest<'t, T: Ord + Clone, K, const N: usize>(
    items: &[T; N],
    hint: Option<&'t str>,
    text: Cow<'t, str>,
    (extra, key): (T, K),
) -> Option<T>
where
    K: Into<T>,
{
    let hint: Option<&'t str> = hint;
    drop((hint, text));
    items.iter().cloned().chain([extra, key.into()]).max()
}
