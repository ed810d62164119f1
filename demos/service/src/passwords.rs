//! `/hash`: Argon2, which keeps a CPU busy on purpose.

use argon2::{
    Argon2,
    password_hash::{Error, PasswordHasher as _},
};
use tokio_offload::offload;

use crate::CPU;

/// Hashes a password with a new salt.
#[offload(pool = CPU, blocking = hash_blocking)]
pub(crate) fn hash(password: &str) -> Result<String, Error> {
    // offload-lint: allow(password): `Way::Blocking` shows what it costs.
    let hash = Argon2::default().hash_password(password.as_bytes())?;
    tracing::debug!("hashed");
    Ok(hash.to_string())
}
