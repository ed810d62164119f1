//! Finds the file that the system would execute, so that the file that is examined is the file that is executed.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

use crate::config::Config;

/// Where the system looks if there is no `PATH`.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// The absolute path of the program of a pool. A relative path begins in the folder of the worker. A name without a slash is searched in
/// the `PATH` of the worker. If it is not found there, it stays as it is, and starting it fails with the error of the system.
pub(super) fn resolve(config: &Config, program: PathBuf) -> PathBuf {
    if program.is_absolute() {
        return program;
    }
    let Ok(folder) = folder(config) else {
        return program;
    };
    if program.as_os_str().as_bytes().contains(&b'/') {
        return folder.join(program);
    }
    let path = path_of(config).unwrap_or_else(|| DEFAULT_PATH.into());
    let mut files = env::split_paths(&path).map(|entry| folder.join(entry).join(&program));
    files.find(|file| is_executable(file)).unwrap_or(program)
}

fn folder(config: &Config) -> std::io::Result<PathBuf> {
    let own = || env::current_dir();
    match config.current_dir {
        Some(folder) if Path::new(folder).is_absolute() => Ok(folder.into()),
        Some(folder) => Ok(own()?.join(folder)),
        None => own(),
    }
}

/// The variable as the worker has it.
fn path_of(config: &Config) -> Option<OsString> {
    const PATH: &str = "PATH";
    let mut set = config.env.iter().rev();
    if let Some((_, path)) = set.find(|(name, _)| *name == PATH) {
        return Some(path.into());
    }
    let kept = config.env_kept.is_none_or(|kept| kept.contains(&PATH));
    kept.then(|| env::var_os(PATH)).flatten()
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: Config = Config::new("resolved").current_dir("/usr");

    #[test]
    fn a_program_is_found_where_the_worker_would_find_it() {
        let found = |config: Config, program: &str| resolve(&config, program.into());
        assert_eq!(found(POOL, "/x/y"), Path::new("/x/y"));
        assert_eq!(found(POOL, "bin/sh"), Path::new("/usr/bin/sh"));
        let here = env::current_dir().unwrap();
        assert_eq!(found(Config::new("here"), "./sh"), here.join("./sh"));
        assert_eq!(
            found(POOL.env(&[("PATH", "/nowhere:bin")]), "sh"),
            Path::new("/usr/bin/sh")
        );
        assert_eq!(
            found(POOL.env(&[("PATH", "/nowhere")]), "sh"),
            Path::new("sh")
        );
        assert_eq!(found(POOL.env_clear(), "sh"), Path::new("/bin/sh"));
    }
}
