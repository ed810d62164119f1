//! The upload handler, its blocking parts moved off the async workers by `#[offload]`.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use digest_io::IoWrapper;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use tokio_offload::offload;

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

    #[offload]
    fn store(&self, source: &Path, name: &str) -> Result<u64, UploadError> {
        let mut source = File::open(source)?;
        let bytes = source.metadata()?.len();
        if bytes > self.limit {
            return Err(UploadError::TooLarge {
                bytes,
                limit: self.limit,
            });
        }
        let mut target = GzEncoder::new(File::create(self.dir.join(name))?, Compression::default());
        io::copy(&mut source, &mut target)?;
        Ok(target.finish()?.metadata()?.len())
    }

    #[offload]
    fn verify(&self, name: &str, compressed: u64) -> io::Result<Receipt> {
        let mut stored = GzDecoder::new(File::open(self.dir.join(name))?);
        let mut hasher = IoWrapper(Sha256::new());
        let bytes = io::copy(&mut stored, &mut hasher)?;
        Ok(Receipt {
            label: label(name),
            bytes,
            compressed,
            sha256: hasher.0.finalize().into(),
        })
    }
}
