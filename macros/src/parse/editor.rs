//! Whether an editor runs the attribute. Editors search the expansion for the token at a position of the source.

use std::{env, path::Path, sync::OnceLock};

/// Whether this process is the macro server of `rust-analyzer`.
///
/// An editor takes every token of the expansion with the span of a word as a meaning of that word: it would offer the functions
/// of the hidden module as the definition of a pool. So for editors generated tokens have the span of the attribute. For the compiler they
/// have the span where errors are to be shown.
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
