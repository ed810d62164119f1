//! What the queue holds of a call, in which order, and what autoscalers read of it.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::TcpStream,
};

use async_nats::{Message, Subscriber};
use futures_util::StreamExt;
use serde_json::Value;
use tokio_offload_cluster::{Connect, connect};
use tokio_offload_remote::decode_message;

use crate::{
    functions::{PLAIN, add, echo, wait},
    hostile::Stranger,
    kit::{Stage, free_port, nodes, soon, until},
    operators::api,
};

/// How many bytes a ticket may have in the stream, with its subject and its headers, whatever the call has.
const MOST: u64 = 200;
/// How many calls of each function wait.
const CALLS: u32 = 20;

/// The function of a ticket, and the number of its call.
fn call_in(ticket: &Message) -> (String, u64) {
    let mut rest = &ticket.payload[1..];
    let (_, call, _): (String, u64, u64) = decode_message(&mut rest).unwrap();
    (ticket.subject.to_string(), call)
}

/// The calls of each function, in the order of their first tickets.
async fn calls(tickets: &mut Subscriber, count: u32) -> HashMap<String, Vec<u64>> {
    let mut found: HashMap<String, Vec<u64>> = HashMap::new();
    while found.values().map(Vec::len).sum::<usize>() < count as usize {
        let ticket = soon(tickets.next()).await.unwrap();
        let (function, call) = call_in(&ticket);
        let calls = found.entry(function).or_default();
        // The caller may write one again.
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
    found
}

/// The arguments stay with the caller, and the calls of a function wait in the order in which they were made.
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_has_a_small_ticket_for_each_call_in_order() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let stranger = Stranger::at(&stage).await;
    let mut tickets = stranger.hears("offload.v1.plain.0.call.>").await;
    let large = vec![7; 100_000];
    let sent: Vec<_> = (0..CALLS).map(|_| echo(&large).start()).collect();
    let added: Vec<_> = (0..CALLS).map(|number| add(number, 1).start()).collect();
    let calls = calls(&mut tickets, 2 * CALLS).await;
    assert_eq!(calls.len(), 2);
    assert!(calls.values().all(|calls| calls.is_sorted()), "{calls:?}");
    let queue = api(&stage, "STREAM.INFO.OFFLOAD-plain").await["state"].clone();
    let number = |name: &str| queue[name].as_u64().unwrap();
    assert!(number("messages") >= u64::from(2 * CALLS), "{queue}");
    assert!(number("bytes") <= number("messages") * MOST, "{queue}");
    std::fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for call in sent {
        assert_eq!(soon(call).await.unwrap(), large);
    }
    for (number, call) in (0..).zip(added) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
}

/// What the page of a server says that KEDA reads, for all streams of the account.
fn monitored(port: u16) -> Value {
    let mut page = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let path = "/jsz?acc=$G&consumers=true&config=true";
    write!(page, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let mut said = String::new();
    page.read_to_string(&mut said).unwrap();
    let (_, body) = said.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// The tickets of a release that wait and those that nodes have and have not acknowledged.
fn backlog(said: &Value, release: &str) -> Option<u64> {
    let streams = said
        .pointer("/account_details/0/stream_detail")?
        .as_array()?;
    let stream = streams
        .iter()
        .find(|stream| stream["name"] == "OFFLOAD-plain")?;
    let mut consumers = stream["consumer_detail"].as_array()?.iter();
    let consumer = consumers.find(|consumer| consumer["name"] == release)?;
    Some(consumer["num_pending"].as_u64()? + consumer["num_ack_pending"].as_u64()?)
}

/// It is the number of calls that wait. A call whose body runs does not count.
#[tokio::test(flavor = "multi_thread")]
async fn autoscalers_find_the_backlog_under_the_name_of_the_release() {
    let port = free_port();
    let Some(stage) = Stage::with(format!("http: \"127.0.0.1:{port}\"\n")).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let release = PLAIN.nodes().await.unwrap()[0].release.clone();
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let waiting: Vec<_> = (0..5).map(|number| add(number, 1).start()).collect();
    let says = |count| backlog(&monitored(port), &release) == Some(count);
    until("they are seen", || says(5)).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for (number, call) in (0..).zip(waiting) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
    until("none is left", || says(0)).await;
}
