//! TLS and logins.

use std::{fs, path::Path};

use nkeys::KeyPair;
use offload_limits::Folder;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair as TlsKey, date_time_ymd,
};
use serde_json::json;
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    functions::{PLAIN, add, echo},
    kit::{NodeProcess, Stage, nodes, soon},
};

/// Writes the certificates of a server and of a client, and their common root, as files.
fn certificates(folder: &Path) {
    certificates_for(folder, &["localhost", "127.0.0.1"], 2100);
}

/// The same for servers of these names, until the end of a year.
fn certificates_for(folder: &Path, names: &[&str], year: i32) {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, TlsKey::generate().unwrap()).unwrap();
    fs::write(folder.join("root.pem"), root.pem()).unwrap();
    for who in ["server", "client"] {
        let key = TlsKey::generate().unwrap();
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_after = date_time_ymd(year, 12, 31);
        let certificate = params.signed_by(&key, &root).unwrap();
        fs::write(folder.join(format!("{who}.pem")), certificate.pem()).unwrap();
        fs::write(folder.join(format!("{who}.key")), key.serialize_pem()).unwrap();
    }
}

/// A peer whose certificate has no trusted root is refused, in both directions. With the right certificates, and keys for callers and
/// nodes, calls work.
#[tokio::test(flavor = "multi_thread")]
async fn calls_go_over_tls_with_keys() {
    let folder = Folder::new("secure");
    certificates(folder.path());
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (caller, node) = (KeyPair::new_user(), KeyPair::new_user());
    let config = format!(
        "tls {{ cert_file: {:?}, key_file: {:?}, ca_file: {:?}, verify: true }}\n\
         authorization {{ users: [ {{ nkey: {} }}, {{ nkey: {} }} ] }}\n",
        file("server.pem"),
        file("server.key"),
        file("root.pem"),
        caller.public_key(),
        node.public_key(),
    );
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let url = stage.server.url().replace("nats://", "tls://");
    let trusting = || {
        let to = Connect::url(&*url).root_certificates(file("root.pem"));
        to.client_certificate(file("client.pem"), file("client.key"))
    };
    let plain = Connect::url(&*url).nkey(caller.seed().unwrap());
    assert!(soon(connect(plain)).await.is_err(), "a server nobody knows");
    // Another root than that of the server, and a client that this server does not know.
    let others = Folder::new("others");
    certificates(others.path());
    let file_of_others = |name: &str| others.join(name).to_str().unwrap().to_owned();
    let wrong = [
        Connect::url(&*url)
            .root_certificates(file_of_others("root.pem"))
            .client_certificate(file("client.pem"), file("client.key")),
        Connect::url(&*url)
            .root_certificates(file("root.pem"))
            .client_certificate(file_of_others("client.pem"), file_of_others("client.key")),
    ];
    for wrong in wrong {
        let error = soon(connect(wrong.nkey(caller.seed().unwrap()))).await;
        let error = error.unwrap_err().to_string().to_lowercase();
        assert!(
            error.contains("certificate") || error.contains("ca"),
            "{error}"
        );
    }
    let other = trusting().nkey(KeyPair::new_user().seed().unwrap());
    let refused = soon(connect(other)).await.unwrap_err().to_string();
    assert!(refused.contains("authorization"), "{refused}");

    let _node = NodeProcess::start_with(&url, "plain workers 2", |command| {
        command.env("OFFLOAD_TEST_TLS", folder.path());
        command.env("OFFLOAD_TEST_SEED", node.seed().unwrap());
    });
    connect(trusting().nkey(caller.seed().unwrap()))
        .await
        .unwrap();
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    let large = vec![3; 3 << 20];
    assert!(soon(echo(&large)).await.unwrap() == large);
}

/// Also those of another root, as when the old ones are about to expire. The server alone is started again.
#[tokio::test(flavor = "multi_thread")]
async fn certificates_may_be_replaced_while_programs_run() {
    let folder = Folder::new("replaced");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let config = format!(
        "tls {{ cert_file: {:?}, key_file: {:?}, ca_file: {:?}, verify: true }}\n",
        file("server.pem"),
        file("server.key"),
        file("root.pem")
    );
    certificates(folder.path());
    let Some(mut stage) = Stage::with(config).await else {
        return;
    };
    let url = stage.server.url().replace("nats://", "tls://");
    let _node = NodeProcess::start_with(&url, "plain pool 1", |command| {
        command.env("OFFLOAD_TEST_TLS", folder.path());
    });
    let to = Connect::url(&*url)
        .root_certificates(file("root.pem"))
        .client_certificate(file("client.pem"), file("client.key"));
    connect(to).await.unwrap();
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    certificates(folder.path());
    stage.server.down();
    stage.server.up();
    assert_eq!(soon(add(2, 2)).await.unwrap(), 4);
}

/// It waits for no other answer, because there will be none.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_certificate_is_known() {
    let folder = Folder::new("wrong");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let config = format!(
        "tls {{ cert_file: {:?}, key_file: {:?} }}\n",
        file("server.pem"),
        file("server.key")
    );
    certificates(folder.path());
    let Some(mut stage) = Stage::with(config).await else {
        return;
    };
    let url = stage.server.url().replace("nats://", "tls://");
    for (names, year, why) in [
        (["127.0.0.1"], 2020, "expired"),
        (["nats.example.org"], 2100, "not valid for name"),
    ] {
        certificates_for(folder.path(), &names, year);
        stage.server.down();
        stage.server.up();
        let to = Connect::url(&*url).root_certificates(file("root.pem"));
        let error = soon(connect(to)).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

/// A signed statement of `issuer` about `subject`.
fn signed(issuer: &KeyPair, subject: &KeyPair, nats: &serde_json::Value) -> String {
    let encode = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    let header = encode(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
    let claims = json!({
        "jti": "1", "iat": 1_700_000_000, "name": "test",
        "iss": issuer.public_key(), "sub": subject.public_key(), "nats": nats,
    });
    let claims = encode(claims.to_string().as_bytes());
    let said = format!("{header}.{claims}");
    let signature = encode(&issuer.sign(said.as_bytes()).unwrap());
    format!("{said}.{signature}")
}

/// A credentials file is a login where accounts are signed.
#[tokio::test(flavor = "multi_thread")]
async fn a_credentials_file_is_a_login() {
    let (operator, account) = (KeyPair::new_operator(), KeyPair::new_account());
    let system = KeyPair::new_account();
    let unlimited = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
        "conn": -1, "leaf": -1, "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    });
    let of_operator = json!({ "type": "operator", "version": 2 });
    let of_account = json!({ "type": "account", "version": 2, "limits": unlimited });
    let config = format!(
        "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}\n",
        signed(&operator, &operator, &of_operator),
        system.public_key(),
        system.public_key(),
        signed(
            &operator,
            &system,
            &json!({ "type": "account", "version": 2 })
        ),
        account.public_key(),
        signed(&operator, &account, &of_account),
    );
    let Some(stage) = Stage::with(config).await else {
        return;
    };
    let user = KeyPair::new_user();
    let limits = json!({ "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1 });
    let creds = |issuer: &KeyPair| {
        format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            signed(issuer, &user, &limits),
            user.seed().unwrap(),
        )
    };
    let (good, bad) = (
        stage.server.folder().join("app.creds"),
        stage.server.folder().join("bad.creds"),
    );
    fs::write(&good, creds(&account)).unwrap();
    fs::write(&bad, creds(&KeyPair::new_account())).unwrap();
    let to = |file: &Path| Connect::url(stage.server.url()).credentials_file(file);
    let missing = connect(to(Path::new("/none"))).await.unwrap_err();
    assert!(missing.to_string().contains("/none"), "{missing}");
    let refused = soon(connect(to(&bad))).await.unwrap_err();
    assert!(refused.to_string().contains("authorization"), "{refused}");
    let _node = NodeProcess::start_with(&stage.server.url(), "plain pool 2", |command| {
        command.env("NATS_CREDS", &good);
    });
    connect(to(&good)).await.unwrap();
    nodes(&PLAIN, 1).await;
    assert_eq!(soon(add(1, 2)).await.unwrap(), 3);
    disconnect().await;
}
