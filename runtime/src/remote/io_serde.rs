//! `io::Error` as something that crosses: its number if the operating system gave it one, its kind, and its text.

use std::io::{self, ErrorKind};

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct SentCause {
    number: Option<i32>,
    kind: u8,
    text: String,
}

impl From<&io::Error> for SentCause {
    fn from(error: &io::Error) -> Self {
        let mut known = (0..).zip(KINDS);
        let kind = known.find(|(_, kind)| *kind == error.kind());
        Self {
            number: error.raw_os_error(),
            kind: kind.map_or(u8::MAX, |(number, _)| number),
            text: error.to_string(),
        }
    }
}

impl From<SentCause> for io::Error {
    fn from(SentCause { number, kind, text }: SentCause) -> Self {
        let kind = KINDS.get(usize::from(kind)).copied();
        // The same number means another error on another system.
        let same = |error: &Self| Some(error.kind()) == kind || error.to_string() == text;
        let numbered = number.map(Self::from_raw_os_error).filter(same);
        numbered.unwrap_or_else(|| Self::new(kind.unwrap_or(ErrorKind::Other), text))
    }
}

/// The kinds that have a name on stable Rust, except `Other`. New kinds are added at the end.
const KINDS: [ErrorKind; 36] = [
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::AlreadyExists,
    ErrorKind::ArgumentListTooLong,
    ErrorKind::BrokenPipe,
    ErrorKind::ConnectionAborted,
    ErrorKind::ConnectionRefused,
    ErrorKind::ConnectionReset,
    ErrorKind::Deadlock,
    ErrorKind::DirectoryNotEmpty,
    ErrorKind::ExecutableFileBusy,
    ErrorKind::FileTooLarge,
    ErrorKind::HostUnreachable,
    ErrorKind::Interrupted,
    ErrorKind::InvalidData,
    ErrorKind::InvalidInput,
    ErrorKind::IsADirectory,
    ErrorKind::NetworkDown,
    ErrorKind::NetworkUnreachable,
    ErrorKind::NotADirectory,
    ErrorKind::NotConnected,
    ErrorKind::NotFound,
    ErrorKind::NotSeekable,
    ErrorKind::OutOfMemory,
    ErrorKind::PermissionDenied,
    ErrorKind::QuotaExceeded,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::ResourceBusy,
    ErrorKind::StaleNetworkFileHandle,
    ErrorKind::StorageFull,
    ErrorKind::TimedOut,
    ErrorKind::TooManyLinks,
    ErrorKind::UnexpectedEof,
    ErrorKind::Unsupported,
    ErrorKind::WouldBlock,
    ErrorKind::WriteZero,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_another_system_are_not_taken_for_ours() {
        let ours = io::Error::from(SentCause::from(&io::Error::from_raw_os_error(2)));
        assert_eq!(ours.raw_os_error(), Some(2));
        let theirs = SentCause {
            number: Some(2),
            kind: u8::try_from(
                KINDS
                    .iter()
                    .position(|kind| *kind == ErrorKind::WouldBlock)
                    .unwrap(),
            )
            .unwrap(),
            text: "would block, elsewhere".to_owned(),
        };
        let theirs = io::Error::from(theirs);
        assert_eq!(
            (theirs.kind(), theirs.raw_os_error()),
            (ErrorKind::WouldBlock, None)
        );
        assert_eq!(theirs.to_string(), "would block, elsewhere");
    }
}
