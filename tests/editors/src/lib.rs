//! A client of `rust-analyzer`: starts it on a small package, and asks about places in the source.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// A language server that has loaded a package of one file.
#[derive(Debug)]
pub struct Editor {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    uri: String,
    text: String,
    last: u64,
    knows_std: bool,
}

impl Editor {
    /// Opens a package in `folder` that depends on the library and has `text` as its only file. Needs a `rust-analyzer`, from the
    /// variable `RUST_ANALYZER` or the path, and the toolchain's server that runs macros.
    ///
    /// # Errors
    ///
    /// The text says what is missing.
    ///
    /// # Panics
    ///
    /// If the package cannot be written, or the server ends.
    pub fn open(folder: &Path, text: &str) -> Result<Self, String> {
        let analyzer = env::var_os("RUST_ANALYZER").unwrap_or_else(|| "rust-analyzer".into());
        let known = Command::new(&analyzer).arg("--version").output();
        if !known.is_ok_and(|output| output.status.success()) {
            return Err("no rust-analyzer that runs".into());
        }
        let server = macro_server().ok_or("the toolchain has no rust-analyzer-proc-macro-srv")?;
        write_package(folder, text);
        let mut child = Command::new(analyzer)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it ran a moment ago");
        let mut editor = Self {
            to: child.stdin.take().expect("it is piped"),
            from: BufReader::new(child.stdout.take().expect("it is piped")),
            child,
            uri: format!("file://{}", folder.join("src/lib.rs").display()),
            text: text.to_owned(),
            last: 0,
            knows_std: false,
        };
        editor.begin(folder, &server);
        Ok(editor)
    }

    /// Initialises the server, opens the file, and waits until the package is loaded and its macros are built.
    fn begin(&mut self, folder: &Path, server: &Path) {
        let root = format!("file://{}", folder.display());
        let std = source_of_std(server);
        self.knows_std = std.is_some();
        self.ask(
            "initialize",
            &json!({
                "processId": null,
                "rootUri": root,
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": { "hover": { "contentFormat": ["markdown"] } },
                    "workspace": { "workspaceEdit": { "documentChanges": true } },
                },
                "initializationOptions": {
                    "cargo": {
                        "sysroot": std.as_ref().map(|_| "discover"),
                        "sysrootSrc": std,
                        "targetDir": folder.join("target"),
                    },
                    "checkOnSave": false,
                    "cachePriming": { "enable": false },
                    "procMacro": { "enable": true, "server": server },
                },
            }),
        );
        self.tell("initialized", &json!({}));
        let file =
            json!({ "uri": self.uri, "languageId": "rust", "version": 1, "text": self.text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": file }));
        loop {
            let message = self.read();
            let status = &message["params"];
            if message["method"] == "experimental/serverStatus" && status["quiescent"] == true {
                assert_eq!(status["health"], "ok", "{message}");
                return;
            }
        }
    }

    /// Whether the server has found the source of std, without which it cannot tell most types.
    #[must_use]
    pub const fn knows_std(&self) -> bool {
        self.knows_std
    }

    /// Asks about the whole file.
    ///
    /// # Panics
    ///
    /// If the server ends.
    pub fn file(&mut self, method: &str) -> Value {
        let end = json!({ "line": self.text.lines().count(), "character": 0 });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        self.ask(
            method,
            &json!({ "textDocument": { "uri": self.uri }, "range": range }),
        )
    }

    /// Asks about the place `offset` bytes into the only occurrence of `place`.
    ///
    /// # Panics
    ///
    /// If `place` does not occur exactly once, or the server ends.
    pub fn at(&mut self, method: &str, place: &str, offset: usize, more: &Value) -> Value {
        assert_eq!(self.text.matches(place).count(), 1, "{place}");
        let before = &self.text[..self.text.find(place).expect("it is there") + offset];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let mut asked = json!({
            "textDocument": { "uri": self.uri },
            "position": { "line": before.matches('\n').count(), "character": before.len() - start },
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            asked[name] = value.clone();
        }
        self.ask(method, &asked)
    }

    /// The text of a line before a character of it, as answers count them.
    ///
    /// # Panics
    ///
    /// If there is no such place.
    #[must_use]
    pub fn before(&self, place: &Value) -> &str {
        let number = |name: &str| usize::try_from(place[name].as_u64().expect("a number"));
        let (line, end) = (number("line"), number("character"));
        let line = line.ok().and_then(|line| self.text.lines().nth(line));
        line.zip(end.ok())
            .and_then(|(line, end)| line.get(..end))
            .expect("a place in the file")
    }

    /// The first line of the file that contains `text`, counted from zero.
    ///
    /// # Panics
    ///
    /// If no line contains it.
    #[must_use]
    pub fn line(&self, text: &str) -> usize {
        let mut lines = self.text.lines();
        lines.position(|line| line.contains(text)).expect(text)
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let mut message = self.read();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
        }
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The next message. Requests of the server get an empty answer, because this editor has no settings and shows no progress.
    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.from.read_line(&mut line).expect("headers are text");
            assert_ne!(read, 0, "the server has ended");
            match line.trim().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().expect("a length is a number");
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).expect("as long as it says");
        let message: Value = serde_json::from_slice(&body).expect("messages are JSON");
        if message.get("method").is_some() && message.get("id").is_some() {
            let settings = message["params"]["items"].as_array().map(Vec::len);
            let answer = settings.map_or(Value::Null, |count| vec![Value::Null; count].into());
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": answer }));
        }
        message
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len())
            .and_then(|()| self.to.flush())
            .expect("the server reads");
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program that runs the macros of this toolchain.
fn macro_server() -> Option<PathBuf> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let sysroot = String::from_utf8(sysroot.stdout).ok()?;
    let server = Path::new(sysroot.trim()).join("libexec/rust-analyzer-proc-macro-srv");
    server.is_file().then_some(server)
}

/// The source of std: that of the toolchain with the given server, or what Debian has beside its `rust-analyzer`.
fn source_of_std(server: &Path) -> Option<PathBuf> {
    let own = server.ancestors().nth(2);
    let mut roots = own.into_iter().chain([Path::new("/usr")]);
    let source = |root: &Path| root.join("lib/rustlib/src/rust/library");
    let root = roots.find(|root| source(root).join("core").is_dir());
    root.map(source)
}

/// Uses the lock file of this workspace, so that no other versions are looked up.
fn write_package(folder: &Path, text: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = format!(
        "[package]\nname = \"opened\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nasync-trait = \"0.1\"\ntokio-offload = {{ path = '{}', features = [\"process\"] }}\n\n[workspace]\n",
        root.join("runtime").display()
    );
    fs::create_dir_all(folder.join("src"))
        .and_then(|()| fs::write(folder.join("src/lib.rs"), text))
        .and_then(|()| fs::write(folder.join("Cargo.toml"), manifest))
        .and_then(|()| fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")))
        .expect("the folder of the test can be written");
}
