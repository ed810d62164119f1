//! The grammar of `#[offload(..)]`: names and values, separated by commas. Returns the options that can be parsed, and all errors.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::token::Paren;
use syn::{Expr, Ident, Token};

use crate::diagnostics::{self, Errors};
use crate::parse::crate_path::CratePath;
use crate::parse::naming::{self, Added, HandleName, Shown};
use crate::parse::value::{self, skip, skip_value};
use crate::parse::{HAS_REMOTE, conflicts, separators};

/// The options of the attribute.
#[derive(Clone)]
pub(crate) struct Options {
    /// Where the body runs: the value of `pool`.
    pub(crate) place: Option<Expr>,
    /// The worker processes that run the body: the value of `remote`.
    pub(crate) remote: Option<Expr>,
    /// The name of the blocking version.
    pub(crate) blocking: Option<Ident>,
    /// The asynchronous version that is added to the function as written.
    pub(crate) asynchronous: Option<Added>,
    /// The handle to the thread that owns the value.
    pub(crate) owner: Option<HandleName>,
    /// Whether failures of the call become the function's own errors.
    pub(crate) catch: Option<Catch>,
    pub(crate) path: CratePath,
    /// The names of the known options.
    pub(super) keys: Vec<Ident>,
    /// All names as they were written, also unknown ones: an editor may show an option half typed.
    pub(super) names: Vec<Ident>,
    /// Whether another option can be written at the end.
    pub(super) is_open: bool,
    pub(crate) errors: Errors,
}

/// Where `catch` was written: on a block it does not apply to methods that return no `Result`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Catch {
    Here,
    OnBlock,
}

#[derive(Clone, Copy)]
pub(crate) enum Key {
    Place,
    Remote,
    Blocking,
    Asynchronous,
    Owner,
    Catch,
    Skip,
    Crate,
}

type Row = (&'static str, &'static str, Key);

/// Every option, with a value that shows how it is written; `catch` and `skip` have none.
pub(crate) const OPTIONS: [Row; 8] = [
    ("pool", "IMAGES", Key::Place),
    ("remote", "IMAGES", Key::Remote),
    ("blocking", "load_blocking", Key::Blocking),
    ("asynchronous", "load_async", Key::Asynchronous),
    ("owner", "DbHandle", Key::Owner),
    ("catch", "", Key::Catch),
    ("skip", "", Key::Skip),
    ("crate", "::tokio_offload", Key::Crate),
];

fn names() -> [&'static str; OPTIONS.len()] {
    OPTIONS.map(|(name, ..)| name)
}

/// `shown` are example names for the item.
pub(crate) fn parse(tokens: TokenStream, shown: Shown) -> Options {
    let mut options = Options {
        place: None,
        remote: None,
        blocking: None,
        asynchronous: None,
        owner: None,
        catch: None,
        path: CratePath::default_path(),
        keys: Vec::new(),
        names: Vec::new(),
        is_open: tokens.is_empty(),
        errors: Errors::default(),
    };
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            options.option(input, shown);
            let stray = diagnostics::stray_tokens;
            options.is_open = separators::read(input, &names(), stray, &mut options.errors)?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        options.errors.push(error);
    }
    options
}

impl Options {
    /// One option: its name, and its value unless it is a word.
    fn option(&mut self, input: ParseStream<'_>, shown: Shown) {
        let Some((key, (name, example, option))) = self.name(input) else {
            return;
        };
        if let Some(error) = conflicts::of(&key, &self.keys, shown) {
            self.errors.push(error);
        }
        if name == "remote" && !HAS_REMOTE {
            self.errors.push(diagnostics::missing_feature(&key));
        }
        let example = match option {
            Key::Blocking => shown.blocking,
            Key::Asynchronous => shown.asynchronous,
            _ => example,
        };
        if example.is_empty() {
            // Also `catch()`, and `catch(io::Error)`.
            if input.peek(Token![=]) || input.peek(Paren) {
                let value = skip(input);
                self.errors.push(diagnostics::value_of_word(&value, &key));
            }
            self.set(option, name, input, example);
        } else if !value::equals(input) || input.is_empty() || input.peek(Token![,]) {
            self.errors
                .push(match value::without_equals(&skip(input), &names()) {
                    Some(value) => diagnostics::missing_equals(&key, &value),
                    None => diagnostics::missing_value(&key, name, example),
                });
        } else {
            self.set(option, name, input, example);
        }
        self.keys.push(key);
    }

    /// The name of an option as it was written, with its row of the table. An unknown or repeated name is reported and its value skipped.
    fn name(&mut self, input: ParseStream<'_>) -> Option<(Ident, Row)> {
        let Ok(key) = input.call(Ident::parse_any) else {
            self.errors.push(separators::misplaced(input));
            return None;
        };
        self.names.push(key.clone());
        // As in `crate::IMAGES` and `pool.inner`.
        let is_path = value::leads_on(input);
        let mut rows = OPTIONS.into_iter();
        let Some(row) = rows.find(|(name, ..)| key == name && !is_path) else {
            self.unknown(input, &key);
            return None;
        };
        if self.key(row.0).is_some() {
            self.errors.push(diagnostics::repeated_option(&key));
            skip_value(input);
            return None;
        }
        Some((key, row))
    }

    /// Reports an unknown option name, or a pool without `pool =`.
    fn unknown(&mut self, input: ParseStream<'_>, key: &Ident) {
        let name = key.to_string();
        let is_cased = |row: &Row| name.eq_ignore_ascii_case(row.0);
        let value = value::unnamed(key, input).filter(|_| !OPTIONS.iter().any(is_cased));
        self.errors.push(match &value {
            Some(value) => diagnostics::unnamed_pool(value),
            None => diagnostics::unknown_option(key, &names()),
        });
    }

    /// Sets what the option says, and reads its value if it has one.
    fn set(&mut self, option: Key, name: &str, input: ParseStream<'_>, example: &str) {
        match option {
            Key::Place => self.place = self.expression(input, name, example),
            Key::Remote => {
                let value = self.expression(input, name, example);
                self.remote = value.filter(|_| HAS_REMOTE);
            }
            Key::Blocking => self.blocking = naming::blocking(input, example, &mut self.errors),
            Key::Asynchronous => {
                let added = naming::asynchronous(input, example, &mut self.errors);
                self.asynchronous = Some(added);
            }
            Key::Owner => self.owner = naming::owner(input, &mut self.errors),
            Key::Catch => self.catch = Some(catch(input)),
            // It has no field: its name is searched for.
            Key::Skip => {}
            Key::Crate => {
                let path = value::crate_path(input, &mut self.errors);
                self.path = path.unwrap_or_else(CratePath::default_path);
            }
        }
    }

    /// The name of the option where it was written.
    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        self.keys.iter().find(|key| *key == name)
    }

    /// The option that names one of the two versions, where it was written.
    pub(crate) fn names_version(&self) -> Option<&Ident> {
        self.key("blocking").or(self.key("asynchronous"))
    }

    /// Whether bodies are to run in worker processes.
    pub(crate) fn wants_remote(&self) -> bool {
        self.remote.is_some() || self.key("remote").is_some()
    }

    /// Whether a method of a block stays as it is.
    pub(crate) fn skips(&self) -> bool {
        self.key("skip").is_some()
    }

    /// Nothing but a method of a block can be skipped.
    pub(crate) fn refuse_skip(&mut self) {
        // With another option, a conflict has been reported.
        if let Some(key) = self.key("skip").filter(|_| self.keys.len() == 1) {
            self.errors.push(diagnostics::misplaced_skip(key));
        }
    }

    /// Refuses worker processes for the methods of a trait.
    pub(crate) fn refuse_remote(&mut self) {
        if let Some(key) = self.key("remote") {
            self.errors.push(diagnostics::misplaced_remote(key));
            self.remote = None;
        }
    }

    /// The expression for the place of the body.
    fn expression(&mut self, input: ParseStream<'_>, name: &str, example: &str) -> Option<Expr> {
        let ahead = input.fork();
        let Ok(value) = ahead.parse::<Expr>() else {
            self.errors
                .push(diagnostics::missing_value(&skip(input), name, example));
            return None;
        };
        skip_value(input);
        value::pool(value, name, &mut self.errors)
    }
}

/// `catch`, or what a block hands on to a method with an attribute of its own: `catch if`, if the method returns a `Result`.
fn catch(input: ParseStream<'_>) -> Catch {
    match input.parse::<Token![if]>() {
        Ok(_) => Catch::OnBlock,
        Err(_) => Catch::Here,
    }
}
