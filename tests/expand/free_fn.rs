//! A free function: a borrowed argument is owned and lent again, an owned one travels.
use ::tokio_offload::__private as P;
/// Reads the start of a file.
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
pub fn head(path: &Path, n: usize) -> ::tokio_offload::Offload<io::Result<Vec<u8>>> {
    P::call2::<
        _,
        usize,
        io::Result<Vec<u8>>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "head",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        P::On::Default,
        P::own::<_, _>(path),
        P::stay(n),
        |path, mut n| -> io::Result<Vec<u8>> {
            let path: &Path = P::lend::<_, _>(&path);
            n = n.min(4096);
            let mut bytes = fs::read(path)?;
            bytes.truncate(n);
            Ok(bytes)
        },
    )
}
