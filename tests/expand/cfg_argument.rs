//! Arguments that a `cfg` decides on cannot be parameters of the call: the closure captures them.
use ::tokio_offload::__private as P;
#[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
fn open(
    path: &Path,
    #[cfg(unix)]
    mode: u32,
    #[cfg(windows)]
    share: &str,
) -> ::tokio_offload::Offload<io::Result<File>> {
    let __offload_on = P::On::Default;
    #[cfg(unix)]
    let mode = P::pack::<u32>(P::stay(mode));
    #[cfg(windows)]
    let share = P::pack::<_>(P::own::<str, _>(share));
    P::call1::<
        _,
        io::Result<File>,
    >(
        || {
            static SITE: P::Site = P::Site::new(
                "open",
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        },
        __offload_on,
        P::own::<_, _>(path),
        move |path| -> io::Result<File> {
            #[cfg(unix)]
            let mut mode: u32 = P::unpack(mode);
            #[cfg(windows)]
            let share = P::unpack(share);
            #[cfg(windows)]
            let share: &str = P::lend::<str, _>(&share);
            let path: &Path = P::lend::<_, _>(&path);
            { File::open(path) }
        },
    )
}
