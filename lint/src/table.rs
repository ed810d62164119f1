//! The table of blocking functions, `lint/blocking.toml`: groups of paths, each with a level and a reason.

use std::collections::HashMap;

use serde::Deserialize;

use crate::program::name;

/// Functions that block for the same reason.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) level: u8,
    /// Whether only calls by the package itself are reported. Other crates are expected to call them only where they do not wait for long.
    #[serde(default)]
    pub(crate) direct: bool,
    pub(crate) reason: String,
    pub(crate) help: String,
    pub(crate) functions: Vec<String>,
}

impl Group {
    /// Whether calls by code of other crates are not reported. A crate knows whether its own locks are contended.
    pub(crate) fn is_direct(&self) -> bool {
        self.direct || self.level == HIGHEST
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Groups {
    #[serde(default)]
    group: Vec<Group>,
}

/// The groups, with an index of their functions.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) groups: Vec<Group>,
    /// How many groups are built in. They come first.
    built_in: usize,
    /// The functions by the last part of their paths. Most names are in none, so that a lookup ends at once.
    by_last: HashMap<String, Vec<Known>>,
}

/// A public path of the table.
#[derive(Debug)]
struct Known {
    /// The type of a method, or the crate of a free function. It stays the same in whichever module a crate defines it.
    anchor: String,
    parts: Vec<String>,
    group: usize,
}

/// The table that is built in.
const BUILT_IN: &str = include_str!("../blocking.toml");

/// The highest level.
pub(crate) const HIGHEST: u8 = 4;

impl Table {
    /// The built-in table, with the groups of the project.
    pub(crate) fn with(own: Vec<Group>) -> Result<Self, String> {
        let built_in: Groups = toml::from_str(BUILT_IN).map_err(|error| error.to_string())?;
        let mut groups = built_in.group;
        let built_in = groups.len();
        groups.extend(own);
        let mut by_last: HashMap<_, Vec<_>> = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            check(group)?;
            for function in &group.functions {
                let known = known(function, index).ok_or_else(|| {
                    format!(
                        "`{function}` is no path: write `crate::function`, or the name of a C function"
                    )
                })?;
                let last = last(function).to_owned();
                by_last.entry(last).or_default().push(known);
            }
        }
        Ok(Self {
            groups,
            built_in,
            by_last,
        })
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The group and the public path of the function that is called `name` in the program. Of the package's own functions only
    /// the project's groups say what they do: the code of the others shows it, also where a trait of the table has that method.
    pub(crate) fn of(&self, name: &str, is_own: bool) -> Option<(&Group, String)> {
        // All spellings end with the same part.
        if !self.by_last.contains_key(last(name)) || is_address_already(name) {
            return None;
        }
        let first = if is_own { self.built_in } else { 0 };
        let spellings = name::spellings(name);
        let mut spellings = spellings.iter();
        spellings.find_map(|spelling| self.find(spelling, first))
    }

    /// The first group from `first` on that has the function.
    fn find(&self, name: &str, first: usize) -> Option<(&Group, String)> {
        let parts: Vec<&str> = name.split("::").collect();
        let anchor = anchor(&parts)?;
        let known = self.by_last.get(last(name))?.iter();
        let mut known = known.filter(|known| known.group >= first && known.anchor == anchor);
        let hit = known.find(|known| is_public_path(&known.parts, &parts));
        hit.map(|known| (&self.groups[known.group], known.parts.join("::")))
    }
}

fn check(group: &Group) -> Result<(), String> {
    if !(1..=HIGHEST).contains(&group.level) {
        let id = &group.id;
        let level = group.level;
        return Err(format!(
            "group `{id}` has level {level}: write one from 1 to {HIGHEST}"
        ));
    }
    Ok(())
}

/// Whether the function resolves what is an address already, so that no name server is asked. For a reference to an address, the call
/// that it makes is looked up instead.
fn is_address_already(name: &str) -> bool {
    let kinds = ["<core::net::", "<(core::net::", "<&"];
    name.ends_with("::to_socket_addrs") && kinds.iter().any(|kind| name.starts_with(kind))
}

fn known(function: &str, group: usize) -> Option<Known> {
    let parts: Vec<&str> = function.split("::").collect();
    Some(Known {
        anchor: anchor(&parts)?.to_owned(),
        parts: parts.into_iter().map(str::to_owned).collect(),
        group,
    })
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

/// The type of a method. A free function may be defined in a private module, so there it is the crate. A C function has none.
fn anchor<'a>(parts: &[&'a str]) -> Option<&'a str> {
    let first = parts.first()?;
    let before = &parts[parts.len().saturating_sub(2)];
    let is_whole = parts.iter().all(|part| !part.is_empty());
    is_whole.then_some(if is_type(before) { before } else { first })
}

fn is_type(part: &str) -> bool {
    part.starts_with(char::is_uppercase)
}

/// Modules whose types have the names of blocking types, but do not block.
const ASYNC: [&str; 4] = ["aio", "asynchronous", "nonblocking", "non_blocking"];

/// Whether `path` is the public spelling of `name`: the same parts without the private modules.
fn is_public_path(path: &[String], name: &[&str]) -> bool {
    let crates = [path[0].as_str(), name[0]].map(|part| {
        if part == "core" || part == "alloc" {
            "std"
        } else {
            part
        }
    });
    if crates[0] != crates[1] || path.last().map(String::as_str) != name.last().copied() {
        return false;
    }
    let mut rest = name[1..].iter();
    let is_in = |path: &[String], part: &str| path.iter().any(|one| one == part);
    let mut asynchronous = name.iter().filter(|part| ASYNC.contains(part));
    if asynchronous.any(|part| !is_in(path, part)) {
        return false;
    }
    let all_there = path[1..].iter().all(|part| rest.any(|next| next == part));
    let extra = name[1..].iter().filter(|part| !is_in(&path[1..], part));
    all_there
        && extra
            .into_iter()
            .all(|part| !is_type(part) && !part.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::{Group, Table};

    fn id(name: &str) -> Option<String> {
        let table = Table::with(Vec::new()).expect("the table is right");
        table.of(name, false).map(|(group, _)| group.id.clone())
    }

    #[test]
    fn functions_are_known_wherever_their_crate_keeps_them() {
        assert_eq!(
            id("std::thread::functions::sleep").as_deref(),
            Some("sleep")
        );
        assert_eq!(id("std::fs::read").as_deref(), Some("fs"));
        assert_eq!(
            id("<&std::fs::File as std::io::Read>::read").as_deref(),
            Some("file")
        );
        assert_eq!(
            id("futures_executor::local_pool::block_on").as_deref(),
            Some("block-on")
        );
        assert_eq!(
            id("tokio::runtime::handle::Handle::block_on").as_deref(),
            Some("block-on")
        );
        assert_eq!(id("dashmap::DashMap::insert").as_deref(), Some("lock"));
        assert_eq!(
            id("syntect::parsing::parser::ParseState::parse_line").as_deref(),
            Some("parse")
        );
    }

    #[test]
    fn own_functions_may_be_in_modules_with_names_of_async_ones() {
        let own = Group {
            id: "own".to_owned(),
            level: 1,
            direct: false,
            reason: String::new(),
            help: String::new(),
            functions: vec![
                "app::aio::Port::ask".to_owned(),
                "app::Port::tell".to_owned(),
            ],
        };
        let table = Table::with(vec![own]).expect("the table is right");
        assert!(table.of("app::aio::port::Port::ask", true).is_some());
        assert!(table.of("app::aio::nonblocking::Port::ask", true).is_none());
        assert!(table.of("app::aio::Port::tell", true).is_none());
    }

    #[test]
    fn neighbours_are_not() {
        assert_eq!(id("std::fs::read::inner"), None);
        let resolves = "std::net::socket_addr::ToSocketAddrs>::to_socket_addrs";
        let of = |type_: &str| id(&format!("<{type_} as {resolves}"));
        assert_eq!(of("str").as_deref(), Some("net"));
        assert_eq!(of("(&str, u16)").as_deref(), Some("net"));
        assert_eq!(of("core::net::socket_addr::SocketAddr"), None);
        assert_eq!(of("(core::net::ip_addr::IpAddr, u16)"), None);
        assert_eq!(of("&T"), None);
        assert_eq!(id("std::fs::Metadata::read"), None);
        assert_eq!(id("tokio::fs::read"), None);
        assert_eq!(id("std::fs::OpenOptions::read"), None);
        assert_eq!(id("std::fs::read::{closure}"), None);
        let asks = "ConnectionLike>::req_packed_command";
        let redis = |module: &str| {
            let name = format!("<redis::{module}connection::Connection as redis::{module}{asks}");
            id(&name)
        };
        assert_eq!(redis("").as_deref(), Some("database"));
        assert_eq!(redis("aio::"), None);
    }
}
