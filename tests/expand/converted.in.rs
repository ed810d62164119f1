//! Arguments that the caller chooses the type of: made what they are asked for at the call, and no more than that in the body.

#[offload]
pub fn greet<Q: Into<PathBuf>>(name: impl Into<String>, number: impl ToString, path: Q) -> String {
    format!("{} {} {}", name.into(), number.to_string(), path.into().display())
}
