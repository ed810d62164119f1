//! The upload handler, its blocking parts moved off the async workers with `spawn_blocking`.

use std::{
    fs::File,
    io,
    panic::resume_unwind,
    path::{Path, PathBuf},
};

use digest_io::IoWrapper;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use tokio::task::{JoinError, spawn_blocking};

use crate::{Receipt, UploadError, checked, label};

/// The directory for uploads, and their largest size.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    pub(crate) dir: PathBuf,
    pub(crate) limit: u64,
}

impl Uploads {
    /// The handler: stores a file compressed, reads it back, and describes what was stored.
    pub(crate) async fn upload(&self, source: &Path, name: &str) -> Result<Receipt, UploadError> {
        let name = checked(name)?;
        let compressed = self.store(source, name).await?;
        self.verify(name, compressed)
            .await
            .map_err(UploadError::from)
    }

    async fn store(&self, source: &Path, name: &str) -> Result<u64, UploadError> {
        let this = self.clone();
        let source = source.to_owned();
        let name = name.to_owned();
        let joined = spawn_blocking(move || {
            let mut source = File::open(source)?;
            let bytes = source.metadata()?.len();
            if bytes > this.limit {
                return Err(UploadError::TooLarge {
                    bytes,
                    limit: this.limit,
                });
            }
            let mut target =
                GzEncoder::new(File::create(this.dir.join(name))?, Compression::default());
            io::copy(&mut source, &mut target)?;
            Ok(target.finish()?.metadata()?.len())
        });
        unjoin(joined.await)
    }

    async fn verify(&self, name: &str, compressed: u64) -> io::Result<Receipt> {
        let this = self.clone();
        let name = name.to_owned();
        let joined = spawn_blocking(move || {
            let mut stored = GzDecoder::new(File::open(this.dir.join(&name))?);
            let mut hasher = IoWrapper(Sha256::new());
            let bytes = io::copy(&mut stored, &mut hasher)?;
            Ok(Receipt {
                label: label(&name),
                bytes,
                compressed,
                sha256: hasher.0.finalize().into(),
            })
        });
        unjoin(joined.await)
    }
}

/// Keeps `JoinError` out of the signatures: a panic continues in the caller, as without another thread.
fn unjoin<T>(joined: Result<T, JoinError>) -> T {
    match joined.map_err(JoinError::try_into_panic) {
        Ok(value) => value,
        Err(Ok(panic)) => resume_unwind(panic),
        Err(Err(error)) => panic!("the runtime was shut down: {error}"),
    }
}
