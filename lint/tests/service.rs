//! A service whose functions are annotated has nothing to tell; each attribute that is removed is told with the very line that blocks.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::{env, fs, path::Path, process::Output};

use kit::{Folder, places, text};

const SERVICE: &str = r#"//! Answers each line with the size of the file that it names.

use std::{fs, io, net::SocketAddr, path::Path, thread, time::Duration};

use tokio::net::{TcpListener, TcpStream};
use tokio_offload::offload;

#[offload]
fn size(path: &Path) -> io::Result<u64> {
    let file = fs::metadata(path)?; // fs
    Ok(file.len())
}

#[offload]
fn rest() -> u64 {
    thread::sleep(Duration::from_millis(1)); // sleep
    1
}

#[offload]
fn address(name: &str) -> Option<SocketAddr> {
    use std::net::ToSocketAddrs;
    name.to_socket_addrs().ok()?.next() // dns
}

async fn answer(stream: &TcpStream) -> io::Result<u64> {
    stream.readable().await?;
    let mut line = [0; 80];
    let length = stream.try_read(&mut line)?;
    let name = String::from_utf8_lossy(&line[..length]).into_owned();
    let known = address(&name).await.is_some();
    Ok(size(Path::new(&name)).await? + rest().await + u64::from(known))
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move { answer(&stream).await });
    }
}
"#;

/// The package of the service, without its source.
fn folder() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = root.expect("a workspace");
    let manifest = format!(
        "[package]\nname = \"served\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         tokio-offload = {{ path = \"{}\" }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\", \"time\"] }}\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n",
        root.join("runtime").display()
    );
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("the lock of the workspace");
    Folder::new(
        "service",
        &[("Cargo.toml", &manifest), ("Cargo.lock", &lock)],
    )
}

/// Runs the lint over the service. What it depends on is that of the fixture, built already.
fn lint(folder: &Folder, program: &str) -> Output {
    folder.write("src/main.rs", program);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let target = root.expect("a workspace").join("target/lint");
    folder.lint_into(&target, &[], &["--deny", "--offline"])
}

#[test]
fn a_removed_attribute_is_told_with_its_line() {
    let folder = folder();
    let whole = lint(&folder, SERVICE);
    let said = format!("{}{}", text(&whole.stdout), text(&whole.stderr));
    assert!(
        whole.status.success() && places(&whole).is_empty(),
        "{said}"
    );

    for (function, call, mark) in [
        ("size", "size(Path::new(&name))", "// fs"),
        ("rest", "rest()", "// sleep"),
        ("address", "address(&name)", "// dns"),
    ] {
        let removed = SERVICE
            .replace(
                &format!("#[offload]\nfn {function}("),
                &format!("fn {function}("),
            )
            .replace(&format!("{call}.await"), call);
        let output = lint(&folder, &removed);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let line = removed.lines().position(|line| line.ends_with(mark));
        let place = format!("src/main.rs:{}", line.expect("it is marked") + 1);
        assert_eq!(places(&output), [place], "{said}");
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            text(&output.stdout).contains(&format!("put `#[offload]` on `fn {function}`")),
            "{said}"
        );
    }
    the_blocking_twin_is_told_as_such(&folder);
}

/// The function itself is fine, and what it was before is there for code that is not async.
fn the_blocking_twin_is_told_as_such(folder: &Folder) {
    let twin = SERVICE
        .replace(
            "#[offload]\nfn rest",
            "#[offload(blocking = rest_blocking)]\nfn rest",
        )
        .replace("rest().await", "rest_blocking()");
    let output = lint(folder, &twin);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(places(&output).len(), 1, "{said}");
    assert!(said.contains("`rest` is offloaded already"), "{said}");
}
