//! Messages that the client of NATS cannot read: it ends its connection at each of them, with all messages behind it, or panics.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use tokio_offload_cluster::{Connect, connect};

use super::{Stranger, callers::still_serves};
use crate::{
    functions::{PLAIN, add, echo},
    kit::{NodeProcess, Stage, nodes, soon, until, until_async},
    rights::users,
};

/// A connection without a client, which sends what it is told.
pub(super) struct Raw(BufReader<TcpStream>);

impl Raw {
    pub(super) fn at(stage: &Stage) -> Self {
        Self::of(stage, "")
    }

    /// The login is that of a user of `users`.
    fn of(stage: &Stage, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", stage.server.port())).unwrap();
        let mut raw = Self(BufReader::new(stream));
        let login = format!("\"user\":\"{user}\",\"pass\":\"x\"");
        let said = "\"verbose\":false,\"pedantic\":false,\"headers\":true";
        raw.writes(format!("CONNECT {{{login},{said}}}\r\n").as_bytes());
        raw
    }

    fn writes(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    /// Sends a message with these headers, and waits until the server has it.
    pub(super) fn says(&mut self, subject: &[u8], headers: &[u8]) {
        let bytes = headers.len();
        self.writes(b"HPUB ");
        self.writes(subject);
        self.writes(format!(" {bytes} {bytes}\r\n").as_bytes());
        self.writes(headers);
        self.writes(b"\r\nPING\r\n");
        let mut line = String::new();
        while line != "PONG\r\n" {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            assert!(!line.is_empty() && !line.starts_with("-ERR"), "{line}");
        }
    }
}

const GOOD: &[u8] = b"NATS/1.0\r\na: b\r\n\r\n";
pub(super) const BAD: [&[u8]; 4] = [
    // The client panics at this one.
    b"NATS/1.0\r\na: b\rc\r\n\r\n",
    b"NATS/1.0\r\nno header\r\n\r\n",
    b"NATS/1.0\r\na: \xff\r\n\r\n",
    b"HTTP/1.1\r\na: b\r\n\r\n",
];

/// Each is given to nodes again and again, and so is every ticket that nodes were given together with it. All others stay.
#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_cannot_be_read_do_not_keep_others() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    let stranger = Stranger::at(&stage).await;
    let other = "offload.v1.plain.0.call.other.x";
    for _ in 0..3 {
        stranger.says(other, b"of another release".to_vec()).await;
    }
    stranger.flush().await;
    let queue = stranger.queue("x").await.into_bytes();
    let mut raw = Raw::at(&stage);
    for headers in BAD {
        raw.says(&queue, headers);
    }
    raw.says(&[&*queue, b"\xff"].concat(), GOOD);
    // Without an end of the bad tickets, this one waits for ten minutes.
    assert_eq!(soon(add(2, 1)).await.unwrap(), 3);
    let are_gone = async || PLAIN.depth().await.is_ok_and(|tickets| tickets == 3);
    until_async("the bad tickets alone are gone", are_gone).await;
    still_serves(&mut node).await;
}

/// It loses its connection each time that it is given the ticket, and serves in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_may_not_remove_tickets_goes_on() {
    let blind = "allow: [\">\"], deny: [\"$JS.API.STREAM.MSG.>\"]";
    let config = users(&[("blind", blind, "allow: [\">\"]")]);
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let mut node = NodeProcess::start_at(&stage.login("blind"), "plain pool 4", Some("_IN_N"));
    let to = Connect::url(stage.login("caller")).inbox_prefix("_IN_C");
    connect(to).await.unwrap();
    nodes(&PLAIN, 1).await;
    let release = PLAIN.nodes().await.unwrap()[0].release.clone();
    let queue = format!("offload.v1.plain.0.call.{release}.x");
    Raw::of(&stage, "caller").says(queue.as_bytes(), BAD[1]);
    let is_refused = || stage.server.log().contains("STREAM.MSG.GET.OFFLOAD-plain");
    until("the node has looked for it", is_refused).await;
    for number in 0..20 {
        assert_eq!(soon(add(number, 1)).await.unwrap(), number + 1);
    }
    still_serves(&mut node).await;
}

/// Those to a node or a caller cost it a new connection.
#[tokio::test(flavor = "multi_thread")]
async fn messages_that_cannot_be_read_end_nothing() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut node = stage.node("plain pool 4");
    nodes(&PLAIN, 1).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let call = tokio::spawn(soon(add(1, 1)));
    let (caller, ..) = Stranger::ticket(&mut tickets).await;
    assert_eq!(call.await.unwrap().unwrap(), 2);
    let own = format!(
        "offload.v1.plain.node.{}",
        PLAIN.nodes().await.unwrap()[0].id
    );
    let mut raw = Raw::at(&stage);
    let to = ["offload.v1.plain.who", "offload.v1.plain.all", &own];
    for (number, subject) in (10..).zip(to.into_iter().chain([&*format!("{caller}.x")])) {
        for headers in BAD {
            let call = tokio::spawn(soon(add(number, 1)));
            raw.says(subject.as_bytes(), headers);
            assert_eq!(call.await.unwrap().unwrap(), number + 1, "{subject}");
        }
        // A value that is sent in parts, for the most part after the message.
        let bytes = vec![u8::try_from(number).unwrap(); 3 << 20];
        let call = tokio::spawn(soon(
            async move { echo(&bytes).await.map(|it| it == bytes) },
        ));
        raw.says(subject.as_bytes(), BAD[0]);
        assert!(call.await.unwrap().unwrap(), "{subject}");
    }
    still_serves(&mut node).await;
}
