//! Compressed sections of debug information.

use std::borrow::Cow;

use object::{CompressedData, CompressionFormat};

/// How much longer than its compressed bytes a section may be. A choice: compilers make sections that are three to ten times as long.
const LONGEST: u64 = 200;

/// The bytes of the section. Its header says how long they are, and that much memory is taken before they are read.
pub(super) fn decompressed(data: CompressedData<'_>) -> Result<Cow<'_, [u8]>, String> {
    let most = (data.data.len() as u64).saturating_mul(LONGEST);
    // The offsets of the usual debug information have 32 bits.
    let most = most.min(u64::from(u32::MAX));
    if data.format != CompressionFormat::None && data.uncompressed_size > most {
        return Err(format!(
            "its header says {} bytes, for {} compressed ones",
            data.uncompressed_size,
            data.data.len()
        ));
    }
    data.decompress().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use object::{CompressedData, CompressionFormat};

    use super::decompressed;

    fn of(format: CompressionFormat, uncompressed_size: u64) -> Result<usize, String> {
        let data = CompressedData {
            format,
            data: &[0; 64],
            uncompressed_size,
        };
        decompressed(data).map(|bytes| bytes.len())
    }

    #[test]
    fn a_header_may_not_claim_any_length() {
        assert_eq!(of(CompressionFormat::None, 64), Ok(64));
        for format in [CompressionFormat::Zlib, CompressionFormat::Zstandard] {
            for size in [64 * 200 + 1, 1 << 33, u64::MAX] {
                let why = of(format, size).expect_err("it is too long");
                assert!(why.contains("for 64 compressed ones"), "{why}");
            }
            let why = of(format, 128).expect_err("these bytes are no such format");
            assert!(!why.contains("compressed ones"), "{why}");
        }
    }
}
