//! What could not be encoded or decoded on its way to a worker process or back.

use std::{error, fmt};

/// Arguments or a result that could not be turned into bytes, or bytes that do not encode such a value.
///
/// ```
/// use tokio_offload::Error;
///
/// fn log(error: &Error) {
///     if let Error::Codec(codec) = error {
///         eprintln!("{:?}: {}", codec.stage(), codec.message());
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CodecError(pub(crate) Box<(CodecStage, String)>);

/// Where on the way to a worker process and back.
///
/// ```
/// use tokio_offload::{CodecError, CodecStage};
///
/// fn is_in_worker(error: &CodecError) -> bool {
///     matches!(error.stage(), CodecStage::DecodeArguments | CodecStage::EncodeResult)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecStage {
    /// The arguments, where the call is made.
    EncodeArguments,
    /// The arguments, in the worker.
    DecodeArguments,
    /// The result of the body, in the worker.
    EncodeResult,
    /// The result, where it is awaited.
    DecodeResult,
}

impl CodecError {
    /// Where on the way it happened.
    ///
    /// ```
    /// use tokio_offload::{CodecError, CodecStage};
    ///
    /// /// Nothing has run if the arguments never left this process.
    /// fn has_run(error: &CodecError) -> bool {
    ///     error.stage() != CodecStage::EncodeArguments
    /// }
    /// ```
    pub fn stage(&self) -> CodecStage {
        self.0.0
    }

    /// What was wrong.
    ///
    /// ```
    /// fn line(error: &tokio_offload::CodecError) -> String {
    ///     format!("not serialisable: {}", error.message())
    /// }
    /// ```
    pub fn message(&self) -> &str {
        &self.0.1
    }
}

impl fmt::Debug for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodecError")
            .field("stage", &self.stage())
            .field("message", &self.message())
            .finish()
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.stage() {
            CodecStage::EncodeArguments => "the arguments could not be encoded",
            CodecStage::DecodeArguments => "the arguments could not be decoded",
            CodecStage::EncodeResult => "the result could not be encoded",
            CodecStage::DecodeResult => "the result could not be decoded",
        };
        write!(f, "{what}: {}", self.message())
    }
}

impl error::Error for CodecError {}
