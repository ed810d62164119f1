//! The functions that are compiled, in each style.

use std::path::Path;

/// How the functions leave their caller's thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    /// They do not: what the bodies themselves cost.
    Plain,
    /// As people write it.
    ByHand,
    /// By the attribute.
    Annotated,
}

/// One function: `NAME`, `BODY` and the copies that the closure needs are put in.
struct Form {
    /// From `fn` to the return type.
    signature: &'static str,
    /// What a function by hand copies before its closure.
    copies: &'static str,
    /// What it borrows again in the closure.
    lends: &'static str,
    output: &'static str,
    body: &'static str,
    is_method: bool,
}

/// The mix: paths, texts, owned values, methods, results.
const FORMS: [Form; 5] = [
    Form {
        signature: "fn NAME(path: &Path) -> io::Result<u64>",
        copies: "let path = path.to_path_buf();",
        lends: "let path: &Path = &path;",
        output: "io::Result<u64>",
        body: "let length = path.metadata()?.len(); if length == 0 { return Ok(1); } Ok(length)",
        is_method: false,
    },
    Form {
        signature: "fn NAME(text: &str, mut times: usize) -> String",
        copies: "let text = text.to_owned();",
        lends: "let text: &str = &text;",
        output: "String",
        body: "let mut out = String::new(); while times > 0 { out.push_str(text.trim()); times -= 1; } out",
        is_method: false,
    },
    Form {
        signature: "fn NAME(mut items: Vec<u64>, limit: u64) -> Vec<u64>",
        copies: "",
        lends: "",
        output: "Vec<u64>",
        body: "items.sort_unstable(); items.retain(|item| *item < limit); items",
        is_method: false,
    },
    Form {
        signature: "fn NAME(&self, key: &str) -> Result<u64, ParseIntError>",
        copies: "let this = self.clone(); let key = key.to_owned();",
        lends: "let key: &str = &key;",
        output: "Result<u64, ParseIntError>",
        body: "let text = SELF.root.join(key).display().to_string(); Ok(text.parse::<u64>()? + 1)",
        is_method: true,
    },
    Form {
        signature: "fn NAME(bytes: &[u8], name: Option<&str>) -> Result<Vec<u8>, String>",
        copies: "let bytes = bytes.to_vec(); let name = name.map(str::to_owned);",
        lends: "let bytes: &[u8] = &bytes; let name = name.as_deref();",
        output: "Result<Vec<u8>, String>",
        body: "let name = name.ok_or(\"no name\")?; Ok([name.as_bytes(), bytes].concat())",
        is_method: false,
    },
];

/// What every library starts with.
const HEAD: &str = "#![allow(dead_code, unused_imports)]
use std::{io, num::ParseIntError, panic::resume_unwind, path::{Path, PathBuf}};
use tokio::task::{JoinError, spawn_blocking};
use tokio_offload::offload;

#[derive(Clone)]
pub struct Store { root: PathBuf }

fn joined<R>(result: Result<R, JoinError>) -> R {
    result.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

";

impl Style {
    pub(crate) const ALL: [Self; 3] = [Self::Plain, Self::ByHand, Self::Annotated];

    /// The same dependencies for all, so that loading them costs the same.
    pub(crate) fn manifest(self, runtime: &Path) -> String {
        let name = format!("{self:?}").to_lowercase();
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ntokio = {{ version = \"1.47\", default-features = false, features = [\"rt\"] }}\n\
             tokio-offload = {{ path = '{}' }}\n\n[workspace]\n",
            runtime.display()
        )
    }

    /// A library of so many functions.
    pub(crate) fn library(self, count: usize) -> String {
        let functions = (0..count).zip(FORMS.iter().cycle());
        let functions = functions.map(|(number, form)| self.function(form, number));
        HEAD.to_owned() + &functions.collect::<String>()
    }

    fn function(self, form: &Form, number: usize) -> String {
        let signature = form
            .signature
            .replace("NAME", &format!("function_{number}"));
        let body = form.body.replace("SELF", "self");
        let function = match self {
            Self::Plain => format!("pub {signature} {{ {body} }}"),
            Self::Annotated => format!("#[offload]\npub {signature} {{ {body} }}"),
            Self::ByHand => {
                let (copies, lends, output) = (form.copies, form.lends, form.output);
                let body = form.body.replace("SELF", "this");
                format!(
                    "pub async {signature} {{ {copies} joined(spawn_blocking(move || -> {output} {{ {lends} {body} }}).await) }}"
                )
            }
        };
        if form.is_method {
            format!("impl Store {{ {function} }}\n")
        } else {
            function + "\n"
        }
    }
}
