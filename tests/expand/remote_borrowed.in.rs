//! Worker processes: what is borrowed is written as it is, and read without a copy where that can be.

#[offload(remote = *RENDER, blocking = find_now)]
fn find<P: AsRef<Path>>(path: P, to: &impl AsRef<[u8]>, word: Option<&str>, all: Cow<'_, [u8]>) -> Result<u64, Error> {
    search(path, to, word, all)
}
