//! A returned closure: it is checked against the bounds, whose types the inner function takes as parameters.

impl<T: Send> Table<T> {
    #[offload]
    fn keeper(n: usize) -> impl Fn(&[T], &str) -> Option<bool> + Send {
        move |rows, name| rows.get(n).map(|_| name.is_empty())
    }
}
