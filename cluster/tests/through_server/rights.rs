//! Permissions on servers: with the generated rights a caller calls and a node serves. Without one of them an error names the missing
//! right, and no call waits for an answer that never comes.

use tokio_offload::Error;
use tokio_offload_cluster::{Connect, Node, connect, disconnect, permissions};

use crate::{
    functions::{PLAIN, POOL, STRICT, add, add_strictly, echo, wait},
    kit::{NO_JETSTREAM, NodeProcess, Stage, nodes, soon, until},
    streams::is_empty,
};

/// With the generated rights a caller calls and a node serves. Without them a call fails at once and says what was refused.
#[tokio::test(flavor = "multi_thread")]
async fn rights_are_those_that_are_needed() {
    let rights = permissions(&[&PLAIN], "_IN_C", "_IN_N");
    let config = format!(
        "{rights}\nnothing = {{ publish: {{ allow: [\"nothing\"] }}, subscribe: {{ allow: [\"_IN_X.>\"] }} }}\n\
         authorization {{ users: [\n\
         {{ user: caller, password: c, permissions: $caller }}\n\
         {{ user: node, password: n, permissions: $node }}\n\
         {{ user: nobody, password: x, permissions: $nothing }} ] }}\n"
    );
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let url = |login: &str| stage.server.url().replace("://", &format!("://{login}@"));
    let wrong = connect(Connect::url(url("caller:wrong")))
        .await
        .unwrap_err();
    assert!(wrong.to_string().contains("authorization"), "{wrong}");

    let _node = NodeProcess::start_at(&url("node:n"), "plain workers 2", Some("_IN_N"));
    connect(Connect::url(url("caller:c")).inbox_prefix("_IN_C"))
        .await
        .unwrap();
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let large = vec![1; 3 << 20];
    assert!(soon(echo(&large)).await.unwrap() == large);
    is_empty(&PLAIN).await;
    let file = stage.server.folder().join("begun");
    let call = wait(&file, &file.with_file_name("never")).start();
    until("it has begun", || file.exists()).await;
    drop(call);
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    assert!(
        !stage.server.log().contains("Violation"),
        "{}",
        stage.server.log()
    );

    tokio_offload_cluster::disconnect().await;
    connect(Connect::url(url("nobody:x")).inbox_prefix("_IN_X"))
        .await
        .unwrap();
    refused().await;
}

/// Users with some of the rights: `(name, publish, subscribe)`, in the syntax of the server.
pub(crate) fn users(users: &[(&str, &str, &str)]) -> String {
    let rights = permissions(&[&PLAIN, &STRICT], "_IN_C", "_IN_N");
    let user = |(name, publish, subscribe): &(&str, &str, &str)| {
        format!(
            "{{ user: {name}, password: x, permissions: {{ publish: {{ {publish} }}, subscribe: {{ {subscribe} }}, \
             allow_responses: true }} }}\n"
        )
    };
    let users: String = users.iter().map(user).collect();
    format!(
        "{rights}\nauthorization {{ users: [ {{ user: node, password: x, permissions: $node }}\n\
         {{ user: caller, password: x, permissions: $caller }}\n{users} ] }}\n"
    )
}

impl Stage {
    pub(crate) fn login(&self, user: &str) -> String {
        let url = self.server.url();
        url.replace("://", &format!("://{user}:x@"))
    }
}

/// The error of a refused call. Calls of this cluster wait for nodes for longer than any test, so the refusal ended it.
async fn refused() -> Box<str> {
    let Err(Error::Unreachable(text)) = soon(add_strictly(1, 2)).await else {
        panic!("it ran");
    };
    assert!(text.contains("Permissions Violation"), "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_one_of_its_rights_says_which() {
    let config = users(&[
        ("deaf", "allow: [\">\"]", "deny: [\"_IN_C.>\"]"),
        (
            "asks",
            "deny: [\"offload.v1.strict.0.call.>\"]",
            "allow: [\">\"]",
        ),
        ("mute", "deny: [\"_IN_N.>\"]", "allow: [\">\"]"),
    ]);
    let config = config.replace("allow_responses: true }", "}");
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let _node = NodeProcess::start_at(&stage.login("node"), "strict pool 2", Some("_IN_N"));
    let to = |user| Connect::url(stage.login(user)).inbox_prefix("_IN_C");
    connect(to("caller")).await.unwrap();
    nodes(&STRICT, 1).await;
    disconnect().await;
    for (user, right) in [
        ("deaf", "Subscription to"),
        ("asks", "Publish to \"offload.v1.strict.0.call."),
        ("mute", "Publish to \"_IN_N."),
    ] {
        connect(to(user)).await.unwrap();
        // The first time because the server says so, and then because it is known.
        for _ in 0..3 {
            let text = refused().await;
            assert!(text.contains(right), "{user}: {text}");
        }
        disconnect().await;
    }
    // A caller without the right to ask gets neither a list of nodes nor a depth.
    connect(to("node")).await.unwrap();
    let list = soon(STRICT.nodes()).await.unwrap_err();
    let depth = soon(STRICT.depth()).await.unwrap_err();
    for error in [list, depth] {
        assert!(
            error.to_string().contains("Permissions Violation"),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_one_of_its_rights_ends_and_says_which() {
    let config = users(&[
        (
            "stream",
            "allow: [\">\"], deny: [\"$JS.API.STREAM.CREATE.>\"]",
            "allow: [\">\"]",
        ),
        (
            "consumer",
            "allow: [\">\"], deny: [\"$JS.API.CONSUMER.CREATE.>\"]",
            "allow: [\">\"]",
        ),
        (
            "pull",
            "allow: [\">\"], deny: [\"$JS.API.CONSUMER.MSG.>\"]",
            "allow: [\">\"]",
        ),
        (
            "ack",
            "allow: [\">\"], deny: [\"$JS.ACK.>\"]",
            "allow: [\">\"]",
        ),
        ("who", "allow: [\">\"]", "deny: [\"offload.v1.plain.who\"]"),
        ("inbox", "allow: [\">\"]", "deny: [\"_IN_N.>\"]"),
    ]);
    // A ticket may otherwise be acknowledged because it was received.
    let config = config.replace("allow_responses: true }", "}");
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    for (user, right) in [
        ("stream", "STREAM.CREATE.OFFLOAD-plain"),
        ("consumer", "CONSUMER.CREATE.OFFLOAD-plain"),
        ("pull", "CONSUMER.MSG.NEXT.OFFLOAD-plain"),
        ("ack", "$JS.ACK."),
        ("who", "offload.v1.plain.who"),
        ("inbox", "_IN_N."),
        ("caller", "Permissions Violation"),
    ] {
        let to = Connect::url(stage.login(user)).inbox_prefix("_IN_N");
        connect(to).await.unwrap();
        let node = Node::of(&PLAIN)
            .on(&POOL)
            .serve_until(std::future::pending());
        // A node acknowledges nothing before there is a call.
        let call = (user == "ack").then(|| add(1, 1).start());
        let error = soon(node).await.unwrap_err().to_string();
        drop(call);
        assert!(error.contains("Permissions Violation"), "{user}: {error}");
        assert!(error.contains(right), "{user}: {error}");
        disconnect().await;
    }
}

/// A login that is taken away ends the node, and the calls that find no server any more say why.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_taken_away_is_named() {
    let user = |name| format!("authorization {{ users: [ {{ user: {name}, password: x }} ] }}\n");
    let Some(mut stage) = Stage::with(user("known")).await else {
        return;
    };
    connect(Connect::url(stage.login("known"))).await.unwrap();
    let node = Node::of(&PLAIN).on(&POOL);
    let node = tokio::spawn(node.serve_until(std::future::pending()));
    nodes(&PLAIN, 1).await;
    let call = add_strictly(1, 2).start();
    stage.server.configure(user("other"));
    let error = soon(node).await.unwrap().unwrap_err().to_string();
    assert!(error.contains("authorization violation"), "{error}");
    let Err(Error::Unreachable(text)) = soon(call).await else {
        panic!("it ran");
    };
    assert!(text.contains("authorization violation"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_jetstream_says_so() {
    let Some(stage) = Stage::with(NO_JETSTREAM.to_owned()).await else {
        return;
    };
    connect(Connect::url(stage.server.url())).await.unwrap();
    let node = Node::of(&PLAIN)
        .on(&POOL)
        .serve_until(std::future::pending());
    let error = soon(node).await.unwrap_err();
    // What a `main` shows that returns it.
    let shown = format!("{error:?}");
    assert_eq!(shown, error.to_string());
    assert!(shown.contains("JetStream"), "{shown}");
}
