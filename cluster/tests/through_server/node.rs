//! The node processes of the tests: this binary again, in which one test serves.

use std::{env, path::Path, time::Duration};

use tokio::signal::unix::{SignalKind, signal};
use tokio_offload_cluster::{Connect, Node, connect};

use crate::{
    functions::{
        AGAIN, BROKEN, FEW, HASTY, LATE, LONELY, LOOSE, MANY, NARROW, PLAIN, POOL, SAFE, SANDBOX,
        SMALL, STRICT,
    },
    process::NODE,
};

/// The variable says what to serve, where and with how many slots: words such as `plain workers 2`, then the names of functions unless
/// all are served. Several clusters are joined, as in `plain+few`. The number may include how many seconds bodies may continue after the
/// stop, as in `2:1`.
#[test]
fn main() {
    let Ok(word) = env::var(NODE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(serve(&word));
}

/// The address of the server, and the login of the node.
fn server() -> Connect {
    let mut to = Connect::from_env();
    if let Some(folder) = env::var_os("OFFLOAD_TEST_TLS") {
        let file = |name| Path::new(&folder).join(name);
        to = to
            .root_certificates(file("root.pem"))
            .client_certificate(file("client.pem"), file("client.key"));
    }
    if let Ok(domain) = env::var("OFFLOAD_TEST_DOMAIN") {
        to = to.domain(domain);
    }
    match env::var("OFFLOAD_TEST_SEED") {
        Ok(seed) => to.nkey(seed),
        Err(_) => to,
    }
}

async fn serve(word: &str) {
    let words: Vec<_> = word.split(' ').collect();
    let [served, place, slots, only @ ..] = &words[..] else {
        panic!("{word}");
    };
    let clusters = [
        &PLAIN, &AGAIN, &HASTY, &LATE, &NARROW, &LONELY, &SMALL, &FEW, &LOOSE, &MANY, &SAFE,
        &STRICT,
    ];
    let named = |name| clusters.into_iter().find(|other| other.name() == name);
    let mut served = served.split('+').map(|name| named(name).unwrap());
    let (slots, grace) = slots.split_once(':').unwrap_or((slots, "30"));
    let grace = Duration::from_secs(grace.parse().unwrap());
    let mut node = Node::of(served.next().unwrap());
    node = served.fold(node, Node::and);
    node = node.slots(slots.parse().unwrap()).grace(grace);
    node = match *place {
        "workers" => node.on(&SANDBOX),
        "broken" => node.on(&BROKEN),
        "pool" => node.on(&POOL),
        "closed" => {
            POOL.shutdown();
            node.on(&POOL)
        }
        "gone" => {
            SANDBOX.shutdown();
            node.on(&SANDBOX)
        }
        _ => node,
    };
    if !only.is_empty() {
        node = node.only(only.iter().copied());
    }
    let mut term = signal(SignalKind::terminate()).unwrap();
    let stop = async {
        term.recv().await;
    };
    crate::carried::register();
    connect(server()).await.unwrap();
    node.label("test", word).serve_until(stop).await.unwrap();
}
