//! What subjects, streams and consumers are called.
//!
//! Everything of one cluster stands below `offload.v1.NAME`. The token behind it is the shard: `0`, as long as there is one.

/// What may be one token of a subject: letters, digits, `-` and `_`.
pub(crate) const fn is_token(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_alphanumeric() || bytes[at] == b'-' || bytes[at] == b'_') {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() <= 64
}

/// The stream that holds the tickets of a cluster.
pub(crate) fn stream(cluster: &str) -> String {
    format!("OFFLOAD-{cluster}")
}

/// Where tickets for nodes of `release` go.
pub(crate) fn call(cluster: &str, release: &str, function: &str) -> String {
    format!("offload.v1.{cluster}.0.call.{release}.{function}")
}

/// All tickets of a cluster.
pub(crate) fn calls(cluster: &str) -> String {
    format!("offload.v1.{cluster}.0.call.>")
}

/// All tickets for nodes of `release`.
pub(crate) fn calls_of(cluster: &str, release: &str) -> String {
    call(cluster, release, ">")
}

/// Where one node of each release is asked whether it has a function.
pub(crate) fn who(cluster: &str) -> String {
    format!("offload.v1.{cluster}.who")
}

/// Where every node is asked how it is.
pub(crate) fn all(cluster: &str) -> String {
    format!("offload.v1.{cluster}.all")
}

/// Where one node hears what is not a ticket.
pub(crate) fn node(cluster: &str, node: &str) -> String {
    format!("offload.v1.{cluster}.node.{node}")
}

/// Rust paths stand in subjects as they are, but for what a token cannot hold.
pub(crate) fn function(path: &str) -> String {
    let safe = |sign: char| match sign {
        '.' | '*' | '>' => '_',
        sign if sign.is_whitespace() || sign.is_control() => '_',
        sign => sign,
    };
    path.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_tokens() {
        assert!(is_token("thumbs-2_b"));
        for bad in ["", "a.b", "a b", ">", "*", "ü"] {
            assert!(!is_token(bad), "{bad}");
        }
    }

    #[test]
    fn functions_are_one_token() {
        assert_eq!(function("app::images::r#try"), "app::images::r#try");
        assert_eq!(function("a.b*c>d e"), "a_b_c_d_e");
        assert_eq!(call("c", "r", "a::f"), "offload.v1.c.0.call.r.a::f");
    }
}
