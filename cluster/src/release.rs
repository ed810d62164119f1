//! The functions of one program that run on a cluster, and a hash over all of them.

use tokio_offload_remote::Function;

/// The functions of a program for a cluster. Programs with the same functions have the same hash, and their nodes share a queue.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) functions: Vec<&'static Function>,
    pub(crate) word: String,
}

/// The release of these functions, with the version and the number of shards that their cluster has here.
pub(crate) fn release(functions: Vec<&'static Function>, version: &str, shards: u32) -> Release {
    let mut hash = hash(version.as_bytes());
    if shards != 1 {
        hash = hash_from(hash, &shards.to_le_bytes());
    }
    for function in &functions {
        hash = hash_from(hash, &function.key().to_le_bytes());
        hash = hash_from(hash, &fingerprint(function, version).to_le_bytes());
    }
    Release {
        functions,
        word: format!("{hash:016x}"),
    }
}

/// The hash that identifies the types of a function in one version.
pub(crate) fn fingerprint(function: &Function, version: &str) -> u64 {
    hash_from(function.fingerprint(), version.as_bytes())
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, which gives the same hash on every machine.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    hash_from(START, bytes)
}

/// The same, going on from another hash.
pub(crate) fn hash_from(start: u64, bytes: &[u8]) -> u64 {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(start, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    static FUNCTION: Function = Function::new("a::f", || unreachable!(), |_, _| Ok(()), |_| {});

    #[test]
    fn another_version_is_another_release() {
        let word = |version, shards| release(vec![&FUNCTION], version, shards).word;
        assert_eq!(word("1", 1), word("1", 1));
        assert_ne!(word("1", 1), word("2", 1));
        assert_ne!(word("1", 1), word("", 1));
        assert_ne!(word("1", 1), word("1", 2));
        assert_eq!(fingerprint(&FUNCTION, "1"), fingerprint(&FUNCTION, "1"));
        assert_ne!(fingerprint(&FUNCTION, "1"), fingerprint(&FUNCTION, "2"));
    }
}
