//! What servers say is understood.

use async_nats::{Message, StatusCode};

use super::*;
use crate::dispatcher::{Ack, StreamInfo};

fn message(payload: &str, status: Option<StatusCode>) -> Message {
    Message {
        subject: "i.p.1".into(),
        reply: None,
        payload: payload.to_owned().into(),
        headers: None,
        status,
        description: None,
        length: 0,
    }
}

fn said(payload: &str, status: Option<StatusCode>) -> Ack {
    ack(&message(payload, status))
}

#[test]
fn the_age_of_a_stream_is_measured_by_its_server() {
    let said = |payload: &str| kept(&message(payload, None)).unwrap();
    let text = r#"{"created":"2026-11-29T15:16:56.5Z","ts":"2026-11-29T15:17:02Z","state":{"first_seq":3,"last_seq":7}}"#;
    let kept_of = |(first, last), age, created: Option<&str>| StreamInfo {
        first,
        last,
        age,
        created: created.map(str::to_owned),
    };
    let made = Some("2026-11-29T15:16:56.5Z");
    let age = Some(Duration::from_millis(5500));
    assert_eq!(said(text), kept_of((3, 7), age, made));
    // The clock of the server was set back. Its times say nothing then.
    let back = text.replace("15:17:02", "15:16:02");
    assert_eq!(said(&back), kept_of((3, 7), None, made));
    let old = text.replace("ts", "then");
    assert_eq!(said(&old), kept_of((3, 7), None, made));
    let none = r#"{"error":{"err_code":10059}}"#;
    assert_eq!(said(none), kept_of((1, 0), None, None));
    assert_eq!(kept(&message("{}", None)), None);
}

#[test]
fn a_ticket_says_how_many_more_there_are() {
    assert_eq!(pending("$JS.ACK.OFFLOAD-a.r.1.20.3.1700000000.7"), 7);
    assert_eq!(
        pending("$JS.ACK.hub.h4sh.OFFLOAD-a.r.1.20.3.1700000000.7"),
        7
    );
    assert_eq!(
        pending("$JS.ACK._.h4sh.OFFLOAD-a.r.1.20.3.1700000000.7.t0ken"),
        7
    );
    assert_eq!(pending("elsewhere"), 0);
}

#[test]
fn the_word_of_the_server_is_understood() {
    assert_eq!(said(r#"{"stream":"S","seq":1}"#, None), Ack::Accepted(1));
    let full =
        r#"{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}"#;
    assert_eq!(said(full, None), Ack::Full);
    let full_disk = full.replace("maximum messages exceeded", "no space left");
    assert_eq!(
        said(&full_disk, None),
        Ack::Later("no space left".to_owned())
    );
    assert_eq!(said(&full.replace("messages", "bytes"), None), Ack::Full);
    let leader = r#"{"error":{"code":503,"description":"raft: not leader"},"stream":"S","seq":0}"#;
    assert_eq!(
        said(leader, None),
        Ack::Later("raft: not leader".to_owned())
    );
    let many = r#"{"error":{"code":429,"err_code":10167,"description":"too many requests"}}"#;
    assert_eq!(said(many, None), Ack::Later("too many requests".to_owned()));
    let account = r#"{"error":{"code":400,"err_code":10002,"description":"no room"}}"#;
    assert_eq!(said(account, None), Ack::Later("no room".to_owned()));
    let other = r#"{"error":{"code":400,"err_code":1,"description":"no"}}"#;
    assert_eq!(said(other, None), Ack::Refused("no".to_owned()));
    assert_eq!(said("", Some(StatusCode::NO_RESPONDERS)), Ack::NoStream);
    assert!(matches!(said("?", None), Ack::Refused(_)));
}
