//! Bodies that do real blocking work.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use argon2::{Algorithm, Argon2, Params, Version};
use flate2::{Compression, write::ZlibEncoder};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    sample::Sample,
    ways::Way,
    work::{Loops, loops},
};

/// The work of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Opens a file and reads 4 KiB.
    Read4K,
    /// Reads a file of 64 KiB.
    Read64K,
    /// Asks for a file's metadata.
    Metadata,
    /// Reads one row of a database by its key.
    SqlitePoint,
    /// Compresses 16 KiB at level 1.
    Zlib16K,
    /// Hashes a password with 4 MiB of memory.
    Argon2,
}

impl Body {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Read4K,
        Self::Read64K,
        Self::Metadata,
        Self::SqlitePoint,
        Self::Zlib16K,
        Self::Argon2,
    ];

    /// How it is called in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read4K => "read_4k",
            Self::Read64K => "read_64k",
            Self::Metadata => "metadata",
            Self::SqlitePoint => "sqlite_point",
            Self::Zlib16K => "zlib_16k",
            Self::Argon2 => "argon2",
        }
    }

    fn run(self, on: &Bench) -> usize {
        let result = match self {
            Self::Read4K => read_4k(on),
            Self::Read64K => fs::read(&on.big).map(|bytes| bytes.len()),
            Self::Metadata => fs::metadata(&on.small).map(|meta| usize::from(meta.is_file())),
            Self::SqlitePoint => on.point_query(),
            Self::Zlib16K => deflate(&on.text),
            Self::Argon2 => on.hash(),
        };
        result.expect("the bench was set up")
    }
}

/// Measures the loops with that body.
pub(crate) async fn measure<W: Way>(way: &Arc<W>, loops: Loops, body: Body) -> Sample {
    let bench = bench();
    loops::measure(way, loops, move || body.run(bench)).await
}

/// The data for the bodies.
struct Bench {
    // Removed when the process ends normally.
    _dir: TempDir,
    small: PathBuf,
    big: PathBuf,
    text: Vec<u8>,
    database: PathBuf,
    connections: Mutex<Vec<Connection>>,
    argon2: Argon2<'static>,
}

static BENCH: OnceLock<Bench> = OnceLock::new();

fn bench() -> &'static Bench {
    BENCH.get_or_init(|| Bench::set_up().expect("the temporary directory can be written to"))
}

impl Bench {
    fn set_up() -> io::Result<Self> {
        let dir = tempfile::tempdir()?;
        let (small, big) = (dir.path().join("small"), dir.path().join("big"));
        fs::write(&small, [7; 4096])?;
        fs::write(&big, vec![7; 64 * 1024])?;
        let database = dir.path().join("database");
        fill(&database).map_err(io::Error::other)?;
        let text: Vec<u8> = b"the quick brown fox "
            .iter()
            .zip(0_u8..)
            .map(|(b, n)| b ^ (n & 1))
            .collect();
        let params = Params::new(4096, 1, 1, None).expect("these sizes are allowed");
        Ok(Self {
            _dir: dir,
            small,
            big,
            text: text.into_iter().cycle().take(16 * 1024).collect(),
            database,
            connections: Mutex::default(),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
        })
    }

    /// Uses a free connection, as programs with a connection pool do.
    fn point_query(&self) -> io::Result<usize> {
        let connection = self.connection().map_err(io::Error::other)?;
        let value = connection
            .prepare_cached("select value from pairs where key = ?1")
            .and_then(|mut query| query.query_row([417], |row| row.get::<_, i64>(0)))
            .map_err(io::Error::other)?;
        self.free().push(connection);
        usize::try_from(value).map_err(io::Error::other)
    }

    fn connection(&self) -> rusqlite::Result<Connection> {
        let free = self.free().pop();
        free.map_or_else(|| Connection::open(&self.database), Ok)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self) -> io::Result<usize> {
        let mut out = [0; 32];
        self.argon2
            .hash_password_into(b"correct horse", b"battery staple", &mut out)
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(usize::from(out[0]))
    }
}

fn fill(database: &PathBuf) -> rusqlite::Result<()> {
    let mut connection = Connection::open(database)?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "create table pairs (key integer primary key, value integer)",
        [],
    )?;
    for key in 0..1000 {
        transaction.execute("insert into pairs values (?1, ?2)", [key, key * 2])?;
    }
    transaction.commit()
}

fn read_4k(on: &Bench) -> io::Result<usize> {
    let mut bytes = [0; 4096];
    File::open(&on.small)?.read_exact(&mut bytes)?;
    Ok(bytes.len())
}

fn deflate(text: &[u8]) -> io::Result<usize> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(text.len()), Compression::fast());
    encoder.write_all(text)?;
    encoder.finish().map(|bytes| bytes.len())
}
