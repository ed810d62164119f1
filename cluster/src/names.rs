//! The names of subjects, streams and consumers.
//!
//! All subjects of a cluster begin with `offload.v1.NAME`. The next token is the shard: the number of a queue, `0` if there is only one.

/// Whether `text` can be one token of a subject: letters, digits, `-` and `_`.
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

/// The stream that holds the tickets of one shard. The `:` cannot occur in a cluster's name, so no two clusters share a stream.
pub(crate) fn stream(cluster: &str, shard: u32) -> String {
    match shard {
        0 => format!("OFFLOAD-{cluster}"),
        shard => format!("OFFLOAD-{cluster}:{shard}"),
    }
}

/// The subject on which the server is asked for the state of a stream.
pub(crate) fn info(stream: &str) -> String {
    format!("$JS.API.STREAM.INFO.{stream}")
}

/// The beginning of the subjects on which the server is asked for something of `JetStream`.
const API: &str = "$JS.API.";

/// A subject, as servers know it from which the `JetStream` of that domain is asked. All others stay as they are.
pub(crate) fn in_domain(domain: Option<&str>, subject: String) -> String {
    match (domain, subject.strip_prefix(API)) {
        (Some(domain), Some(rest)) => format!("$JS.{domain}.API.{rest}"),
        _ => subject,
    }
}

/// The reverse.
pub(crate) fn without_domain(domain: Option<&str>, subject: String) -> String {
    let rest = domain.and_then(|domain| {
        let rest = subject.strip_prefix("$JS.")?.strip_prefix(domain)?;
        rest.strip_prefix(".API.")
    });
    match rest {
        Some(rest) => format!("{API}{rest}"),
        None => subject,
    }
}

/// Whether `stream` is the stream of a shard of this cluster.
pub(crate) fn is_stream_of(stream: &str, cluster: &str) -> bool {
    let rest = stream.strip_prefix("OFFLOAD-");
    let rest = rest.and_then(|rest| rest.strip_prefix(cluster));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// The subject of tickets for nodes of `release`.
pub(crate) fn call(cluster: &str, shard: u32, release: &str, function: &str) -> String {
    format!("offload.v1.{cluster}.{shard}.call.{release}.{function}")
}

/// All tickets of a shard.
pub(crate) fn calls(cluster: &str, shard: u32) -> String {
    format!("offload.v1.{cluster}.{shard}.call.>")
}

/// All tickets of a shard for nodes of `release`.
pub(crate) fn calls_of(cluster: &str, shard: u32, release: &str) -> String {
    call(cluster, shard, release, ">")
}

/// The subject on which one node of each release is asked whether it has a function.
pub(crate) fn who(cluster: &str) -> String {
    format!("offload.v1.{cluster}.who")
}

/// The subject on which every node is asked for its state.
pub(crate) fn all(cluster: &str) -> String {
    format!("offload.v1.{cluster}.all")
}

/// The subject on which one node receives everything but tickets.
pub(crate) fn node(cluster: &str, node: &str) -> String {
    format!("offload.v1.{cluster}.node.{node}")
}

/// The subject of a message of the process with this inbox to itself. It shows that all messages before it have left.
pub(crate) fn echo(inbox: &str, number: u64) -> String {
    format!("{inbox}.e.{number}")
}

/// The number of such a message.
pub(crate) fn echo_number(inbox: &str, subject: &str) -> Option<u64> {
    let about = subject.strip_prefix(inbox)?;
    about.strip_prefix(".e.")?.parse().ok()
}

/// A Rust path as part of a subject. Characters that a token cannot contain are replaced.
pub(crate) fn function(path: &str) -> String {
    let safe = |sign: char| match sign {
        '.' | '*' | '>' => '_',
        sign if sign.is_whitespace() || sign.is_control() => '_',
        sign => sign,
    };
    path.chars().map(safe).collect()
}

/// The largest size of an address, in bytes and in tokens: more than any inbox with a prefix has. They bound what another process can make
/// this one keep and send.
const LONGEST: usize = 256;
const TOKENS: usize = 6;

/// Whether `text` looks like the inbox of a caller or a node. A peer chooses the subject of its answer. This check keeps it from
/// making this process publish to subjects of the server or of a cluster.
pub(crate) fn is_address(text: &str) -> bool {
    let tokens = text.split('.').count();
    text.len() <= LONGEST
        && (2..=TOKENS).contains(&tokens)
        && text.split('.').all(is_token)
        && !text.starts_with("offload.")
}

/// Whether `text` can be the inbox of a caller: a prefix and one token.
pub(crate) fn is_inbox(text: &str) -> bool {
    is_address(text) && text.split('.').count() == 2
}

/// Whether `text` is the inbox of a node of some cluster.
pub(crate) fn is_node(text: &str) -> bool {
    let mut tokens = text.split('.');
    let mut next = || tokens.next().unwrap_or_default();
    (next(), next()) == ("offload", "v1")
        && is_token(next())
        && next() == "node"
        && is_token(next())
        && tokens.next().is_none()
}

/// Text from a peer, made safe to show: without terminal control characters, and shortened.
pub(crate) fn shown(text: &str) -> String {
    let safe = |sign: char| if sign.is_control() { '\u{fffd}' } else { sign };
    text.chars().take(LONGEST).map(safe).collect()
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
    fn addresses_are_those_of_inboxes() {
        for good in ["_INBOX.abc", "_IN_C.abc.c.thumbs", "_R_.a.b.c"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("a.{}", "b.".repeat(200));
        let bad = [
            "",
            "a",
            "a.",
            ".a",
            "a..b",
            "a.*",
            "a.>",
            "a b.c",
            "a.b\r\nPUB x 0",
            "$JS.API.STREAM.DELETE.OFFLOAD-a",
            "offload.v1.a.who",
            "a.b.c.d.e.f.g",
            &long,
        ];
        for bad in bad {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(is_inbox("_INBOX.abc") && !is_inbox("_INBOX.abc.d"));
        assert!(is_node("offload.v1.thumbs.node.n1"));
        for bad in [
            "offload.v1.a.who",
            "offload.v1.a.node.*",
            "offload.v1.a.node.b.c",
            "a.b",
        ] {
            assert!(!is_node(bad), "{bad}");
        }
        assert_eq!(shown("a\u{1b}[2J"), "a\u{fffd}[2J");
        assert_eq!(shown(&"x".repeat(1000)).len(), LONGEST);
    }

    #[test]
    fn a_domain_is_part_of_requests_alone() {
        let hub = Some("hub");
        for (plain, there) in [
            ("$JS.API.STREAM.INFO.a", "$JS.hub.API.STREAM.INFO.a"),
            ("$JS.ACK.a.b", "$JS.ACK.a.b"),
            ("offload.v1.a.who", "offload.v1.a.who"),
        ] {
            assert_eq!(in_domain(hub, plain.to_owned()), there);
            assert_eq!(without_domain(hub, there.to_owned()), plain);
            assert_eq!(in_domain(None, plain.to_owned()), plain);
            assert_eq!(without_domain(None, there.to_owned()), there);
        }
        let other = "$JS.hubs.API.STREAM.INFO.a";
        assert_eq!(without_domain(hub, other.to_owned()), other);
    }

    #[test]
    fn functions_are_one_token() {
        assert_eq!(function("app::images::r#try"), "app::images::r#try");
        assert_eq!(function("a.b*c>d e"), "a_b_c_d_e");
        assert_eq!(call("c", 3, "r", "a::f"), "offload.v1.c.3.call.r.a::f");
        assert_eq!(
            (&*stream("c", 0), &*stream("c", 3)),
            ("OFFLOAD-c", "OFFLOAD-c:3")
        );
        assert!(is_stream_of("OFFLOAD-c", "c") && is_stream_of("OFFLOAD-c:3", "c"));
        assert!(!is_stream_of("OFFLOAD-c-3", "c") && !is_stream_of("OFFLOAD-cd", "c"));
    }
}
