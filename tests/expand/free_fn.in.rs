//! A free function: a borrowed argument is owned and lent again, an owned one travels.

#[offload]
/// Reads the start of a file.
pub fn head(path: &Path, mut n: usize) -> io::Result<Vec<u8>> {
    n = n.min(4096);
    let mut bytes = fs::read(path)?;
    bytes.truncate(n);
    Ok(bytes)
}
