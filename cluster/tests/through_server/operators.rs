//! What operators do to servers while calls wait and run: they empty or delete streams, lower limits, and take rights away.

use serde_json::Value;
use tokio_offload::Error;
use tokio_offload_cluster::{Connect, connect, permissions};

use crate::{
    functions::{PLAIN, STRICT, add, add_strictly, echo, wait, wait_for_bytes},
    kit::{NodeProcess, Stage, nodes, soon, until},
    streams::{self, is_empty},
};

/// A request to the server, as the `nats` command sends it.
pub(crate) async fn api(stage: &Stage, request: &str) -> Value {
    let client = async_nats::connect(stage.server.url()).await.unwrap();
    let answer = client.request(format!("$JS.API.{request}"), "".into());
    let answer = answer.await.unwrap();
    let said: Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(said.get("error"), None, "{request}");
    said
}

/// One call runs, others wait for its slot, and something happens to their tickets. All of them end with their results.
async fn goes_on_after(request: &str) {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let wait: Vec<_> = (0..5).map(|number| add(number, 1).start()).collect();
    crate::kit::until_async("they wait", async || {
        PLAIN.depth().await.is_ok_and(|depth| depth == 5)
    })
    .await;
    let release = PLAIN.nodes().await.unwrap()[0].release.clone();
    api(&stage, &request.replace("RELEASE", &release)).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for (number, call) in (0..).zip(wait) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
    is_empty(&PLAIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_may_be_emptied() {
    goes_on_after("STREAM.PURGE.OFFLOAD-plain").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_may_be_deleted() {
    goes_on_after("STREAM.DELETE.OFFLOAD-plain").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_may_be_deleted() {
    goes_on_after("CONSUMER.DELETE.OFFLOAD-plain.RELEASE").await;
}

/// The new stream gets new tickets at once, so the numbers of the old ones say nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_may_be_made_again() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let runs = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let waiting = async |count| PLAIN.depth().await.is_ok_and(|depth| depth == count);
    let old: Vec<_> = (0..5).map(|number| add(number, 1).start()).collect();
    crate::kit::until_async("they wait", async || waiting(5).await).await;
    streams::delete(&stage).await;
    streams::make(&stage, &streams::queue()).await;
    let new = add(5, 1).start();
    crate::kit::until_async("it waits", async || waiting(1).await).await;
    std::fs::write(&end, "").unwrap();
    assert!(soon(runs).await.unwrap());
    for (number, call) in (0..).zip(old.into_iter().chain([new])) {
        assert_eq!(soon(call).await.unwrap(), number + 1);
    }
}

/// The server learns of it although no result follows: it does not give the ticket to a node once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_body_runs_is_not_in_the_queue() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let call = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    is_empty(&PLAIN).await;
    let release = PLAIN.nodes().await.unwrap()[0].release.clone();
    let said = api(&stage, &format!("CONSUMER.INFO.OFFLOAD-plain.{release}")).await;
    assert_eq!(said.pointer("/delivered/consumer_seq"), Some(&1.into()));
    std::fs::write(&end, "").unwrap();
    assert!(soon(call).await.unwrap());
}

/// Values that fitted into one message before are sent in parts after the server was restarted with a smaller limit.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_may_come_back_with_a_smaller_limit() {
    let Some(mut stage) = Stage::with("max_payload: 1048576\n".to_owned()).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let _node = stage.node("plain pool 2");
    nodes(&PLAIN, 1).await;
    let call = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    stage.server.down();
    stage.server.configure("max_payload: 16384\n".to_owned());
    stage.server.up();
    for size in [100_000, 400_000, 3_000_000] {
        let value = vec![7; size];
        assert!(soon(echo(&value)).await.unwrap() == value, "{size}");
    }
    std::fs::write(&end, "").unwrap();
    assert!(soon(call).await.unwrap());
}

/// The body ends while no server is there. Its result would have fitted into one message before.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_may_become_too_large_for_one_message() {
    let Some(mut stage) = Stage::with("max_payload: 1048576\n".to_owned()).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    for place in ["pool", "workers"] {
        let _node = stage.node(&format!("plain {place} 2"));
        nodes(&PLAIN, 1).await;
        let call = wait_for_bytes(&begun, &end, 200_000).start();
        until("it has begun", || begun.exists()).await;
        stage.server.down();
        std::fs::write(&end, "").unwrap();
        let done = begun.with_extension("done");
        until("it is done", || done.exists()).await;
        stage.server.configure("max_payload: 16384\n".to_owned());
        stage.server.up();
        assert!(soon(call).await.unwrap() == vec![7; 200_000]);
        for file in [&begun, &end, &done] {
            std::fs::remove_file(file).unwrap();
        }
        stage.server.down();
        stage.server.configure("max_payload: 1048576\n".to_owned());
        stage.server.up();
    }
}

/// A configuration with a caller and a node, and what the node or the caller is not allowed.
fn config(more: &str) -> String {
    let rights = permissions(&[&PLAIN, &STRICT], "_IN_C", "_IN_N");
    let (caller, node) = match more {
        "" => ("$caller", "$node"),
        "caller" => ("$node", "$node"),
        _ => ("$caller", "$caller"),
    };
    format!(
        "{rights}\nauthorization {{ users: [ {{ user: caller, password: x, permissions: {caller} }}\n\
         {{ user: node, password: x, permissions: {node} }}\n\
         {{ user: other, password: x, permissions: $caller }}\n\
         {{ user: another, password: x, permissions: $node }} ] }}\n"
    )
}

/// The server reads its configuration again, in which one of them has lost its rights, or has them back.
#[tokio::test(flavor = "multi_thread")]
async fn rights_may_be_taken_away() {
    let Some(mut stage) = Stage::with(config("")).await else {
        return;
    };
    let login = |user: &str| stage.server.url().replace("://", &format!("://{user}:x@"));
    let to = Connect::url(login("caller")).inbox_prefix("_IN_C");
    let mut node = NodeProcess::start_at(&login("node"), "strict pool 2", Some("_IN_N"));
    connect(to).await.unwrap();
    nodes(&STRICT, 1).await;
    assert_eq!(soon(add_strictly(1, 2)).await.unwrap(), 3);
    stage.server.configure(config("caller"));
    let refused = crate::kit::until_async("it is refused", async || {
        matches!(soon(add_strictly(1, 2)).await, Err(Error::Unreachable(_)))
    });
    refused.await;
    stage.server.configure(config(""));
    let allowed = crate::kit::until_async("it is allowed again", async || {
        soon(add_strictly(1, 2)).await.is_ok()
    });
    allowed.await;
    stage.server.configure(config("node"));
    assert!(!soon(node.ended()).await, "it must say why it ends");
}

/// The body has ended, but the node may not send its result any more. It still answers questions, and the call does not wait for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_may_not_be_sent_is_lost() {
    let Some(mut stage) = Stage::with(config("")).await else {
        return;
    };
    let login = |user: &str| stage.server.url().replace("://", &format!("://{user}:x@"));
    let _node = NodeProcess::start_at(&login("node"), "plain pool 2", Some("_IN_N"));
    let to = Connect::url(login("caller")).inbox_prefix("_IN_C");
    connect(to).await.unwrap();
    nodes(&PLAIN, 1).await;
    let folder = stage.server.folder().to_owned();
    let (begun, end) = (folder.join("begun"), folder.join("end"));
    let call = wait(&begun, &end).start();
    until("it has begun", || begun.exists()).await;
    let others = config("").replace("\"_IN_C.>\", ", "");
    stage.server.configure(others.replace(", \"_IN_C.>\"", ""));
    until("the rights are taken away", || {
        stage.server.log().contains("Reloaded server configuration")
    })
    .await;
    std::fs::write(&end, "").unwrap();
    let outcome = soon(call).await;
    assert!(matches!(outcome, Err(Error::Lost(_))), "{outcome:?}");
}

/// The consumer of a release that an earlier version of this crate has made has another limit, which cannot be changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_with_another_limit_is_used() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    let mut first = stage.node("plain pool 1");
    nodes(&PLAIN, 1).await;
    let release = PLAIN.nodes().await.unwrap()[0].release.clone();
    first.kill();
    let at = format!("OFFLOAD-plain.{release}");
    let said = api(&stage, &format!("CONSUMER.INFO.{at}")).await;
    let mut config = said["config"].clone();
    assert_eq!(config["max_waiting"], 16_384);
    api(&stage, &format!("CONSUMER.DELETE.{at}")).await;
    config["max_waiting"] = 7.into();
    let filter = config["filter_subject"].as_str().unwrap().to_owned();
    let create = serde_json::json!({ "stream_name": "OFFLOAD-plain", "config": config });
    let client = async_nats::connect(stage.server.url()).await.unwrap();
    let create = create.to_string().into();
    let made = client.request(format!("$JS.API.CONSUMER.CREATE.{at}.{filter}"), create);
    let made: Value = serde_json::from_slice(&made.await.unwrap().payload).unwrap();
    assert_eq!(made["config"]["max_waiting"], 7, "{made}");
    let _second = stage.node("plain pool 1");
    assert_eq!(soon(add(1, 1)).await.unwrap(), 2);
}
