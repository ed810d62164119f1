//! `service`: the web service under its own load, and on its own.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

use offload_examples::program::{Ended, explains_itself, run};
use offload_limits::{ended, limit_all, succeeds};

#[test]
fn service_answers_both_ways() {
    let output = service(["--requests", "2", "--seconds", "30"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    for endpoint in ["/hash ", "/thumbnail ", "/visit/somebody "] {
        let rows = output.out.lines().filter_map(|line| {
            let (_, numbers) = line.split_once(endpoint)?;
            numbers.split_whitespace().next()
        });
        assert_eq!(
            rows.collect::<Vec<_>>(),
            ["2", "2"],
            "{endpoint}: {output:?}"
        );
    }
    for text in ["pings alone", "blocking handlers", "offloaded handlers"] {
        assert_eq!(output.out.matches(text).count(), 2, "{text}: {output:?}");
    }
    let wide = |line: &&str| line.chars().count() > 120;
    assert_eq!(output.out.lines().find(wide), None, "{output:?}");
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn service_says_when_it_cannot_listen() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = service(["--serve", &address]);
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(
        output.err.starts_with(&format!("service: {address}: ")),
        "{output:?}"
    );
}

#[cfg(unix)]
#[test]
fn service_serves_until_it_is_told() {
    limit_all();
    let mut service = Command::new(env!("CARGO_BIN_EXE_service"))
        .args(["--serve", "127.0.0.1:0"])
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(service.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line
        .split(['/', ' '])
        .find(|word| word.contains(':') && *word != "http:");
    let address = address.unwrap().to_owned();
    let ask = |method: &str, path: &str, body: &str| answer(&address, method, path, body);

    assert!(ask("GET", "/ping", "").ends_with("\r\n\r\npong"));
    let hash = ask("POST", "/hash", "a password");
    assert!(
        hash.starts_with("HTTP/1.1 200 ") && hash.contains("$argon2id$"),
        "{hash}"
    );
    assert!(ask("POST", "/visit/me", "").ends_with("\r\n\r\n1"));
    assert!(ask("POST", "/visit/me", "").ends_with("\r\n\r\n2"));
    let refused = ask("POST", "/thumbnail", "no picture");
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");

    let metrics = ask("GET", "/metrics", "");
    let counted = "tokio_offload_calls_total{function=\"service::visits::record\"} 2\n";
    assert!(metrics.contains(counted), "{metrics}");

    succeeds(Command::new("kill").args(["-INT", &service.id().to_string()]));
    let (mut rest, mut lines) = (String::new(), String::new());
    out.read_to_string(&mut rest).unwrap();
    service
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut lines)
        .unwrap();
    assert!(ended(&mut service).success());
    assert!(rest.ends_with("All answered, database closed.\n"), "{rest}");
    assert_eq!(lines.matches("answered status=200").count(), 5, "{lines}");
    // The body of a handler's call speaks in the span of the request and in its own, without being asked to.
    let hashed = lines.lines().find(|line| line.contains("hashed"));
    assert!(
        hashed
            .unwrap()
            .contains("request{path=\"/hash\"}:call{function=\"service::passwords::hash\" "),
        "{lines}"
    );
}

/// A whole answer, as it came.
fn answer(address: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_service"));
    for arguments in [
        ["--seconds", "0"],
        ["--requests", "0"],
        ["--serve", "127.0.0.1"],
        ["extra", "more"],
    ] {
        let output = service(arguments);
        assert!(output.refused("service"), "{arguments:?}: {output:?}");
    }
}

fn service(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_service"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    assert!(leaves_no_file(env!("CARGO_BIN_EXE_service"), [""; 0]));
}
