//! `argon2` on a CPU pool: as many hashes at once as there are CPUs, the others wait.

use argon2::{
    Argon2,
    password_hash::{Error, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio_offload::{Pool, offload};

/// Each hash takes a CPU for a while, and 19 MB: more at once would only be slower.
static CPU: Pool = Pool::new("passwords");

/// Hashes a password with a new salt.
#[offload(pool = CPU)]
pub(crate) fn hash(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

/// Whether it is the password that was hashed. An error means that the hash is not valid.
#[offload(pool = CPU)]
pub(crate) fn verify(password: &str, hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}
