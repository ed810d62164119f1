//! Which options exclude one another.

use syn::Ident;

use crate::diagnostics;
use crate::parse::naming::Shown;

/// An owner decides where bodies run and how blocking methods are named, so it excludes the options for that.
/// `keys` are the options that were written before `key`.
/// If the item cannot have an owner, that is reported instead.
pub(crate) fn of(key: &Ident, keys: &[Ident], shown: Shown) -> Option<syn::Error> {
    let written = |name: &&str| keys.iter().find(|key| key == name);
    let beside_skip = if key == "skip" {
        keys.first()
    } else {
        written(&"skip")
    };
    if let Some(first) = beside_skip {
        return Some(diagnostics::conflicting_options(key, first));
    }
    let against: &[&str] = match key.to_string().as_str() {
        "owner" => &["pool", "remote", "blocking", "asynchronous"],
        "pool" => &["owner", "remote"],
        "remote" => &["owner", "pool", "catch"],
        "catch" => &["remote"],
        "blocking" => &["owner", "asynchronous"],
        "asynchronous" => &["owner", "blocking"],
        _ => &[],
    };
    let first = against.iter().find_map(written)?;
    if !shown.owned && (key == "owner" || first == "owner") {
        return None;
    }
    Some(if *key == "catch" {
        diagnostics::catch_is_remotes(key)
    } else if *first == "catch" {
        diagnostics::catch_is_remotes(first)
    } else {
        diagnostics::conflicting_options(key, first)
    })
}
