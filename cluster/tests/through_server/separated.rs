//! What the generated rights keep apart: a caller neither serves nor overhears another one, a node does not call, and who is nobody may
//! do nothing. The configuration is the one of the guide.

use async_nats::{Client, ConnectOptions, Event};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_offload::Error;
use tokio_offload_cluster::{Connect, Node, connect, disconnect, permissions};

use crate::{
    functions::{LONELY, PLAIN, POOL, STRICT, add, add_strictly, lonely},
    kit::{NodeProcess, Stage, nodes, soon, until_async},
};

/// Two applications with a prefix each, and nodes for both: written as the guide says.
fn config() -> String {
    config_with(", \"_IN_D.>\"")
}

/// The same with another right of the nodes, instead of that to send to the second application.
fn config_with(right: &str) -> String {
    let clusters = [&PLAIN, &STRICT, &LONELY];
    let rights = permissions(&clusters, "_IN_C", "_IN_N");
    let of_nodes = rights.replace("\"_IN_C.>\"]", &format!("\"_IN_C.>\"{right}]"));
    // The caller subscribes to its own prefix alone.
    let (_, node) = of_nodes.split_once("node = ").unwrap();
    let (caller, _) = rights.split_once("node = ").unwrap();
    let other = permissions(&clusters, "_IN_D", "_IN_N");
    let (other, _) = other.split_once("node = ").unwrap();
    let other = other.replace("caller = ", "other = ");
    format!(
        "authorization {{\n{caller}{other}node = {node}  users = [\n\
         {{ user: caller, password: x, permissions: $caller }}\n\
         {{ user: other, password: x, permissions: $other }}\n\
         {{ user: node, password: x, permissions: $node }}\n  ]\n}}\n"
    )
}

/// A client that tries what it may not, and hears what the server says to that.
struct Intruder {
    client: Client,
    refusals: UnboundedReceiver<String>,
}

impl Intruder {
    async fn new(stage: &Stage, user: &str) -> Self {
        let (tell, refusals) = unbounded_channel();
        let login = ConnectOptions::with_user_and_password(user.to_owned(), "x".to_owned());
        let login = login.event_callback(move |event| {
            if let Event::ServerError(error) = event {
                let _ = tell.send(error.to_string());
            }
            async {}
        });
        let client = login.connect(stage.server.url()).await.unwrap();
        Self { client, refusals }
    }

    /// The next refusal is about that subject.
    async fn is_refused(&mut self, what: &str, subject: &str) {
        self.client.flush().await.unwrap();
        let text = soon(self.refusals.recv()).await.unwrap();
        let right = format!("{what} to \"{subject}\"").to_lowercase();
        assert!(text.to_lowercase().contains(&right), "{subject}: {text}");
    }

    async fn cannot_say(&mut self, subjects: &[&str]) {
        for subject in subjects {
            let said = self.client.publish((*subject).to_owned(), "".into());
            said.await.unwrap();
            self.is_refused("Publish", subject).await;
        }
    }
}

/// It cannot take calls, read what goes to others, forge results, or touch the queue.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_neither_serves_nor_overhears() {
    let Some(stage) = Stage::with(config()).await else {
        return;
    };
    let _node = NodeProcess::start_at(&stage.login("node"), "plain pool 2", Some("_IN_N"));
    let mut intruder = Intruder::new(&stage, "other").await;
    let mut heard = Vec::new();
    for subject in [
        ">",
        "_IN_C.>",
        "_IN_C.*.r.>",
        "_IN_N.>",
        "offload.v1.plain.>",
        "offload.v1.plain.who",
        "offload.v1.plain.node.*",
        "offload.v1.plain.0.call.>",
        "$JS.>",
    ] {
        let client = &intruder.client;
        heard.push(client.subscribe(subject.to_owned()).await.unwrap());
        intruder.is_refused("Subscription", subject).await;
    }
    let forbidden = [
        "_IN_C.caller.r.1",
        "_IN_N.node.t.1",
        "$JS.API.STREAM.DELETE.OFFLOAD-plain",
        "$JS.API.STREAM.PURGE.OFFLOAD-plain",
        "$JS.API.STREAM.MSG.GET.OFFLOAD-plain",
        "$JS.API.CONSUMER.CREATE.OFFLOAD-plain",
        "$JS.API.CONSUMER.MSG.NEXT.OFFLOAD-plain.r",
        "$JS.ACK.OFFLOAD-plain.r.1.1.1.1.0",
    ];
    intruder.cannot_say(&forbidden).await;
    for (user, inbox) in [("caller", "_IN_C"), ("other", "_IN_D")] {
        connect(Connect::url(stage.login(user)).inbox_prefix(inbox))
            .await
            .unwrap();
        nodes(&PLAIN, 1).await;
        assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
        disconnect().await;
    }
    intruder.client.flush().await.unwrap();
    for subscription in &mut heard {
        assert!(subscription.next().now_or_never().is_none());
    }
    assert!(intruder.refusals.is_empty());
    // With the prefix of another, it receives nothing and says why. As a node it does not even start.
    connect(Connect::url(stage.login("other")).inbox_prefix("_IN_C"))
        .await
        .unwrap();
    let Err(Error::Unreachable(text)) = soon(add_strictly(1, 2)).await else {
        panic!("it ran");
    };
    assert!(text.contains("\"_IN_C."), "{text}");
    let node = Node::of(&PLAIN).on(&POOL);
    let error = soon(node.serve_until(std::future::pending())).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("Permissions Violation"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_call() {
    let Some(stage) = Stage::with(config()).await else {
        return;
    };
    let mut intruder = Intruder::new(&stage, "node").await;
    let call = "offload.v1.plain.0.call.release.function";
    let asks = ["offload.v1.plain.who", "offload.v1.plain.all"];
    let forbidden = [call, "offload.v1.plain.node.one", asks[0], asks[1]];
    intruder.cannot_say(&forbidden).await;
    let _hears = intruder.client.subscribe("_IN_C.>").await.unwrap();
    intruder.is_refused("Subscription", "_IN_C.>").await;
    connect(Connect::url(stage.login("node")).inbox_prefix("_IN_N"))
        .await
        .unwrap();
    let Err(Error::Unreachable(text)) = soon(add_strictly(1, 2)).await else {
        panic!("it ran");
    };
    assert!(text.contains("\"offload.v1.strict.who\""), "{text}");
}

/// An application was added, and nobody has told the nodes: its calls end and say so.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_nodes_may_not_send_to_is_told() {
    let Some(mut stage) = Stage::with(config_with("")).await else {
        return;
    };
    let _node = NodeProcess::start_at(&stage.login("node"), "lonely pool 2", Some("_IN_N"));
    let other = Connect::url(stage.login("other"));
    connect(other.inbox_prefix("_IN_D")).await.unwrap();
    nodes(&LONELY, 1).await;
    let Err(Error::Unreachable(text)) = soon(lonely()).await else {
        panic!("it ran");
    };
    assert!(text.contains("inbox"), "{text}");
    stage.server.configure(config());
    until_async("it is allowed", async || soon(lonely()).await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_login_there_is_nothing() {
    let Some(stage) = Stage::with(config()).await else {
        return;
    };
    for url in [stage.server.url(), stage.login("nobody")] {
        let error = soon(connect(Connect::url(url))).await.unwrap_err();
        assert!(error.to_string().contains("authorization"), "{error}");
    }
    let Err(Error::Unreachable(text)) = soon(add(1, 2)).await else {
        panic!("it ran");
    };
    assert!(text.contains("not connected"), "{text}");
    assert!(async_nats::connect(stage.server.url()).await.is_err());
}
