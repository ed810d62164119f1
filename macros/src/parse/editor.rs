//! Whether an editor runs the attribute, which then looks for what stands at a place of the source.

use std::{env, path::Path, sync::OnceLock};

/// Whether this process is the macro server of `rust-analyzer`.
///
/// An editor takes every token of the expansion that is located at a word for a meaning of that word: it would offer the functions
/// of the hidden module as the definition of a pool. There the macro's own tokens are located at the attribute. The compiler has
/// no such question, and gets them located where its errors are to be shown.
pub(crate) fn is_running() -> bool {
    static RUNNING: OnceLock<bool> = OnceLock::new();
    *RUNNING.get_or_init(|| env::current_exe().is_ok_and(|program| is_server(&program)))
}

/// The server of the toolchain is `rust-analyzer-proc-macro-srv`; `rust-analyzer proc-macro` is another.
fn is_server(program: &Path) -> bool {
    let name = program.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("rust-analyzer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_is_no_editor() {
        assert!(!is_running());
        assert!(!is_server(Path::new("/usr/bin/rustc")));
        assert!(is_server(Path::new(
            "/usr/libexec/rust-analyzer-proc-macro-srv"
        )));
    }
}
