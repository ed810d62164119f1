//! An upload handler with `spawn_blocking` written by hand, and the same handler with `#[offload]`.
//!
//! ```text
//! cargo run --release -p before_after
//! ```
//!
//! Compare `by_hand.rs` with `offloaded.rs`: they are the same program. The output shows
//! both doing the same with the same files, also when a file is missing or a body panics, and how many lines each took.

use std::{
    array,
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt, fs, io, panic,
    path::{Path, PathBuf},
    process::ExitCode,
};

use offload_examples::{
    say::{complain, say},
    scratch::Scratch,
    table::Table,
};
use tokio::task::JoinError;
use tokio_offload::{offload, run};

mod by_hand;
mod offloaded;

/// The answer to the client of the handler.
#[derive(Debug)]
struct Receipt {
    label: String,
    bytes: u64,
    compressed: u64,
    sha256: [u8; 32],
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            bytes,
            compressed,
            sha256,
        } = self;
        let sha256 = u32::from_be_bytes(array::from_fn(|byte| sha256[byte])) >> 8;
        write!(
            f,
            "{label}: {bytes} bytes stored in {compressed}, SHA-256 {sha256:06x}.."
        )
    }
}

/// The beginning of a name, for lists. It has a bug, left in on purpose: it can cut a character in two.
fn label(name: &str) -> String {
    name[..name.len().min(8)].to_owned()
}

/// Everything that can be wrong with an upload. The handler returns it with `?`.
#[derive(Debug)]
enum UploadError {
    Name,
    TooLarge { bytes: u64, limit: u64 },
    Io(io::Error),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "the name is empty or a path"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "{bytes} bytes, but at most {limit} are taken")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

const USAGE: &str = "\
Handles the same uploads with two handlers, one written by hand and one with the attribute, and shows what
became of each upload and how many lines each handler has.

usage: before_after";

/// A name that stays in the directory it is joined to.
fn checked(name: &str) -> Result<&str, UploadError> {
    let plain = !name.is_empty() && Path::new(name).file_name().is_some_and(|file| file == name);
    if plain {
        Ok(name)
    } else {
        Err(UploadError::Name)
    }
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    if matches!(&arguments[..], [help] if help == "-h" || help == "--help") {
        say(USAGE);
        return Ok(ExitCode::SUCCESS);
    }
    if !arguments.is_empty() {
        complain("before_after", format_args!("takes no arguments\n{USAGE}"));
        return Ok(ExitCode::from(2));
    }
    // A function of another crate cannot be annotated, so it is offloaded where it is called.
    let (before, after) = (run(Scratch::new).await?, run(Scratch::new).await?);
    let by_hand = by_hand::Uploads {
        dir: before.path().to_owned(),
        limit: LIMIT,
    };
    let offloaded = offloaded::Uploads {
        dir: after.path().to_owned(),
        limit: LIMIT,
    };

    let mut table = Table::new(["upload", "what both handlers gave"]).flush_left(2);
    for Case { what, source, name } in cases()? {
        let (handler, path) = (by_hand.clone(), source.clone());
        let before = serve(async move { handler.upload(&path, name).await }).await;
        let (handler, path) = (offloaded.clone(), source.clone());
        let after = serve(async move { handler.upload(&path, name).await }).await;
        assert_eq!(before, after, "the handlers differ for {what}");
        // The first clause of a long message is enough here.
        table.row([what, after.split(';').next().unwrap_or_default()]);
    }
    say(table);
    let stored = contents(before).await?;
    assert_eq!(
        stored,
        contents(after).await?,
        "the handlers stored different files"
    );
    say(format_args!(
        "Both stored the same {} files, byte for byte.\n",
        stored.len()
    ));
    say(lines());
    Ok(ExitCode::SUCCESS)
}

/// Larger uploads are refused.
const LIMIT: u64 = 256 * 1024;

/// An uploaded file and its name.
struct Case {
    what: &'static str,
    source: PathBuf,
    name: &'static str,
}

/// Files that every build has, good and bad.
fn cases() -> io::Result<Vec<Case>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = package.join("Cargo.toml");
    let case = |what, source: &Path, name| Case {
        what,
        source: source.to_owned(),
        name,
    };
    Ok(vec![
        case("a small file", &manifest, "manifest"),
        case("a larger file", &package.join("src/main.rs"), "program.rs"),
        case("the same again", &manifest, "manifest"),
        case("a missing file", &package.join("missing"), "missing"),
        case("a directory", package, "directory"),
        case("a file over the limit", &env::current_exe()?, "executable"),
        case("no name", &manifest, ""),
        case("a name that leads away", &manifest, "../manifest"),
        case("a panic in the body", &manifest, "Bestellübersicht"),
    ])
}

/// Answers one request as a server does: in its own task, whose panic affects no other.
async fn serve(
    handler: impl Future<Output = Result<Receipt, UploadError>> + Send + 'static,
) -> String {
    // The panic is intended: it goes to the table instead of stderr.
    panic::set_hook(Box::new(|_| {}));
    let answer = tokio::spawn(handler).await;
    drop(panic::take_hook());
    match answer.map_err(JoinError::into_panic) {
        Ok(Ok(receipt)) => receipt.to_string(),
        Ok(Err(error)) => format!("error: {error}"),
        Err(payload) => format!(
            "panic: {}",
            payload.downcast_ref::<String>().map_or("?", String::as_str)
        ),
    }
}

/// Every file of a directory. The directory is removed afterwards.
#[offload]
fn contents(dir: Scratch) -> io::Result<BTreeMap<OsString, Vec<u8>>> {
    let files = fs::read_dir(dir.path())?.map(|file| {
        let file = file?;
        Ok((file.file_name(), fs::read(file.path())?))
    });
    let files = files.collect();
    drop(dir);
    files
}

/// The number of lines of each version.
fn lines() -> Table {
    let mut table = Table::new(["version", "lines of code"]);
    for (version, source) in [
        ("spawn_blocking by hand", include_str!("by_hand.rs")),
        ("#[offload]", include_str!("offloaded.rs")),
    ] {
        let code = source
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"));
        table.row([version.to_owned(), code.count().to_string()]);
    }
    table
}
