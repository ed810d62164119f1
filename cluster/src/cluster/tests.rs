//! Values that make no sense.

use std::{panic, time::Duration};

use super::Cluster;

fn refused(make: fn(), because: &str) {
    let refusal = panic::catch_unwind(make).expect_err(because);
    let text = refusal.downcast_ref::<&str>().copied();
    assert_eq!(text, Some(because));
}

#[test]
fn names_that_are_no_part_of_a_subject_are_refused() {
    let because = "the name of a cluster has up to 64 letters, digits, `-` and `_`";
    for name in ["", "a.b", "a b", "*", ">", "ü", "a\n"] {
        let refusal = panic::catch_unwind(|| Cluster::new(name)).expect_err(name);
        assert_eq!(refusal.downcast_ref::<&str>(), Some(&because), "{name}");
    }
    refused(|| drop(Cluster::new(LONG.split_at(65).0)), because);
    drop(Cluster::new(LONG.split_at(64).0));
}

const LONG: &str = "0123456789-abcdef_0123456789-abcdef_0123456789-abcdef_0123456789-abcdef_";

#[test]
fn limits_of_nothing_are_refused() {
    let no_time = "a limit of no time would end every call";
    refused(|| drop(new().timeout(Duration::ZERO)), no_time);
    refused(|| drop(new().queue_timeout(Duration::ZERO)), no_time);
    let no_queue = "a call waits in the queue, if only for a moment";
    refused(|| drop(new().queue_capacity(0)), no_queue);
    let no_byte = "a message needs at least one byte";
    refused(|| drop(new().max_message(0)), no_byte);
    refused(|| drop(new().in_flight(0)), "no call would ever be sent");
}

#[test]
fn shards_and_replicas_have_bounds() {
    let shards = "a cluster has 1 to 64 shards";
    refused(|| drop(new().shards(0)), shards);
    refused(|| drop(new().shards(65)), shards);
    drop(new().shards(1).shards(64));
    let servers = "a queue is held by 1, 3 or 5 servers";
    for replicas in [0, 2, 4, 6] {
        let refusal = panic::catch_unwind(|| new().replicas(replicas)).expect_err(servers);
        assert_eq!(refusal.downcast_ref::<&str>(), Some(&servers), "{replicas}");
    }
    drop(new().replicas(1).replicas(3).replicas(5));
}

fn new() -> Cluster {
    Cluster::new("refused")
}
