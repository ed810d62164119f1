//! An `impl Trait` over borrows whose lifetimes are left out, which rustc refuses too.

use std::borrow::Cow;

use tokio_offload::offload;

#[offload(blocking = count_blocking)]
fn count(lines: impl Iterator<Item = &str>) -> usize {
    lines.count()
}

struct Store;

#[offload]
impl Store {
    fn fill(
        rows: impl IntoIterator<Item = (u8, Cow<'_, str>)>,
        keep: impl Fn(&str) -> bool,
    ) -> usize {
        rows.into_iter().filter(|row| keep(&row.1)).count()
    }
}

fn main() {
    let text = String::from("a");
    drop((
        count(text.lines()),
        Store::fill([(1, Cow::Borrowed(&*text))], |_| true),
    ));
}
