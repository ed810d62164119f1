//! From the table back: finds the functions of other crates that reach a function of the table. Also those that `main` calls repeatedly.

use std::collections::VecDeque;

use foldhash::{HashMap, HashSet};

use crate::{
    program::{Graph, NodeId, name},
    source::Sources,
    table::{Group, HIGHEST, Table},
};

/// Prefixes of functions beyond which calls are not followed, for example because they panic or run their argument on another thread.
const ENDS: [&str; 24] = [
    // The author of such a call has allowed it to block.
    "tokio_offload_watch::allow::allow_blocking",
    // Only tests of that crate reach it, but the compiler keeps it.
    "ureq::testserver::",
    // The program ends there.
    "clap::error::Error::exit",
    "clap_builder::error::Error::exit",
    // It runs a program where the system does not say how large the terminal is.
    "crossterm::terminal::sys::unix::tput_",
    // They read system files that are in memory.
    "std::env::current_exe",
    "std::thread::functions::available_parallelism",
    // On nearly all file systems, reading the folder has already returned the type.
    "std::fs::DirEntry::file_type",
    "core::panicking::",
    "std::panicking::",
    "std::rt::",
    "std::backtrace",
    "std::alloc::",
    "alloc::alloc::handle_alloc_error",
    "core::result::unwrap_failed",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "tokio::task::blocking::block_in_place",
    "tokio::runtime::scheduler::block_in_place",
    "tokio::runtime::scheduler::multi_thread::worker::block_in_place",
    "tokio::runtime::blocking::",
    "std::thread::spawn",
    "log::",
    "tracing_core::dispatcher::",
];

/// Crates that are made to run on workers. Their calls are not reported.
const MADE_FOR_WORKERS: [&str; 17] = [
    // It checks the file of the time zone, but at most once a second on each thread.
    "chrono",
    // Random numbers of the system are a device in old versions, which never waits once the system runs.
    "rand",
    "rand_os",
    "tokio",
    // They call blocking TLS libraries, but on sockets that do not block.
    "async_native_tls",
    "tokio_native_tls",
    "tokio_openssl",
    // They compress and decompress more than two kilobytes on other threads.
    "actix_http",
    "awc",
    "hyper",
    "hyper_util",
    "h2",
    "mio",
    "tracing",
    "tracing_core",
    "tracing_subscriber",
    "tokio_offload",
];

/// Whether the compiler has made the function to drop a value. It is followed to the package's own `Drop`. What a `Drop` of another crate
/// does is left out: those of most types wait only in rare cases.
pub(super) fn is_drop_glue(name: &str) -> bool {
    name.starts_with("core::ptr::drop_in_place") || name.starts_with("core::ptr::drop_glue")
}

/// Whether calls are not followed beyond the function of that name, which may be the package's own.
pub(crate) fn ends(table: &Table, name: &str, is_own: bool) -> bool {
    is_end(name) || table.of(name, is_own).is_some()
}

/// Whether the name has one of the prefixes of `ENDS`. `catch_unwind` is one, except for what it calls back.
pub(super) fn is_end(name: &str) -> bool {
    let calls_back =
        name.starts_with("std::panicking::catch_unwind") || name.starts_with("std::panicking::try");
    let is_quiet = !calls_back || name.ends_with("::cleanup") || name.ends_with("::do_catch");
    is_quiet && ENDS.iter().any(|start| name.starts_with(start))
}

fn is_made_for_workers(name: &str) -> bool {
    let path = name.trim_start_matches(['<', '&']);
    let crate_ = path.split("::").next().unwrap_or_default();
    MADE_FOR_WORKERS.contains(&crate_)
}

/// For functions of other crates that block: the next one on the shortest path to a function of the table, or `None` for those of the
/// table.
pub(super) fn blocking(graph: &Graph, table: &Table) -> HashMap<NodeId, Option<NodeId>> {
    let mut callers: HashMap<NodeId, Vec<NodeId>> = HashMap::default();
    for (caller, node) in graph.nodes.iter().enumerate() {
        for edge in &node.calls {
            callers.entry(edge.to).or_default().push(caller);
        }
    }
    let ranks: Vec<(NodeId, u8)> = ranks(graph, table).collect();
    let mut next: HashMap<NodeId, Option<NodeId>> = HashMap::default();
    for level in 1..=HIGHEST {
        let entries = ranks.iter().filter(|(_, rank)| *rank == level);
        let mut open: VecDeque<NodeId> = entries.map(|(id, _)| *id).collect();
        next.extend(open.iter().map(|id| (*id, None)));
        while let Some(callee) = open.pop_front() {
            for caller in callers.get(&callee).into_iter().flatten() {
                let node = &graph.nodes[*caller];
                // What another crate does only once does not slow down the caller's other calls.
                let is_once = name::is_once(&node.name);
                let ends = is_once || is_made_for_workers(&node.name) || is_drop_glue(&node.name);
                let passes = node.own.is_none() && !ends;
                if passes && !next.contains_key(caller) {
                    next.insert(*caller, Some(callee));
                    open.push_back(*caller);
                }
            }
        }
    }
    next
}

/// The functions of the table, with their level. Calls of a direct group by other crates are not reported, so it has the highest level
/// here: it must not hide a path that is reported.
fn ranks(graph: &Graph, table: &Table) -> impl Iterator<Item = (NodeId, u8)> {
    let rank = |group: &Group| if group.direct { HIGHEST } else { group.level };
    let nodes = graph.nodes.iter().enumerate();
    nodes.filter_map(move |(id, node)| {
        let (group, _) = table.of(&node.name, node.own.is_some())?;
        Some((id, rank(group)))
    })
}

/// The functions that `main` calls repeatedly: a call on the path to them is in a loop, or a stream or the like makes one future after
/// another.
pub(super) fn repeated(graph: &Graph, sources: &mut Sources) -> HashSet<NodeId> {
    let of_main = graph.nodes.iter().filter(|node| node.only_from_main);
    let mut open: Vec<NodeId> = of_main
        .flat_map(|node| &node.calls)
        .filter(|edge| {
            let line = edge.line.as_ref();
            line.is_some_and(|line| sources.is_own(&line.file) && sources.is_in_loop(line))
        })
        .map(|edge| edge.to)
        .chain(made_by_others(graph))
        .collect();
    let mut repeated: HashSet<NodeId> = HashSet::default();
    while let Some(id) = open.pop() {
        if repeated.insert(id) {
            open.extend(graph.nodes[id].calls.iter().map(|edge| edge.to));
        }
    }
    repeated
}

/// The package's functions that other crates call to get a future, as `for_each` of a stream does, and those futures. `main` is left
/// out: its future is made once.
fn made_by_others(graph: &Graph) -> Vec<NodeId> {
    let mut futures: HashMap<&str, Vec<NodeId>> = HashMap::default();
    for (id, node) in graph.nodes.iter().enumerate() {
        let maker = node.name.strip_suffix("::{closure}");
        if let Some(maker) = maker.filter(|_| node.is_root()) {
            futures.entry(maker).or_default().push(id);
        }
    }
    let foreign = graph.nodes.iter().filter(|node| node.own.is_none());
    let called = foreign.flat_map(|node| &node.calls).map(|edge| edge.to);
    let mut found = Vec::new();
    for maker in called {
        let node = &graph.nodes[maker];
        let is_main = node
            .name
            .split_once("::")
            .is_some_and(|(_, path)| path == "main");
        if node.own.is_some() && !node.is_root() && !is_main {
            let made = futures.get(node.name.as_str()).into_iter().flatten();
            found.extend(made.flat_map(|future| [*future, maker]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::from_async::from_roots, blocking, made_by_others};
    use crate::{
        program::{CalledBy, Edge, Graph, How, Line, Node, Own},
        table::Table,
    };

    /// Each function calls the next one.
    fn chain(names: &[&str]) -> Graph {
        let nodes = names.iter().enumerate().map(|(id, name)| Node {
            name: (*name).to_owned(),
            own: None,
            calls: if id + 1 < names.len() {
                vec![Edge {
                    to: id + 1,
                    line: None,
                    how: How::Calls,
                }]
            } else {
                Vec::new()
            },
            only_from_main: false,
            called_by: CalledBy::Functions,
            calls_pointers: false,
        });
        Graph {
            nodes: nodes.collect(),
            ..Graph::default()
        }
    }

    #[test]
    fn futures_that_other_crates_ask_for_are_many() {
        for (maker, made) in [("app::handle", vec![2, 1]), ("app::main", Vec::new())] {
            let mut graph = chain(&["other::for_each", maker, &format!("{maker}::{{closure}}")]);
            for node in &mut graph.nodes[1..] {
                let line = Line {
                    file: "main.rs".into(),
                    line: 1,
                };
                let name = String::new();
                node.own = Some(Own { name, line });
            }
            graph.nodes[2].called_by = CalledBy::Tasks;
            assert_eq!(made_by_others(&graph), made, "{maker}");
        }
    }

    #[test]
    fn crates_that_know_what_they_do_answer_for_themselves() {
        let table = Table::with(Vec::new()).expect("the table is well formed");
        for (crate_, blocks) in [
            ("chrono", false),
            ("rand", false),
            ("hyper", false),
            ("other", true),
        ] {
            let reads = format!("{crate_}::zone");
            let graph = chain(&[&reads, "std::fs::read"]);
            assert_eq!(
                blocking(&graph, &table).contains_key(&0),
                blocks,
                "{crate_}"
            );
        }
    }

    #[test]
    fn nothing_is_followed_beyond_what_may_block() {
        let names = [
            "main",
            "tokio_offload_watch::allow::allow_blocking",
            "main::inner",
        ];
        let mut graph = chain(&names);
        graph.nodes[0].called_by = CalledBy::Tasks;
        let table = Table::with(Vec::new()).expect("the table is well formed");
        assert_eq!(from_roots(&graph, &table).order, [0, 1]);
    }

    /// With a setting of `clap`, it waits for a key first. `crossterm` runs a program if the system does not say how large the terminal is.
    #[test]
    fn nothing_is_followed_into_what_is_rarely_done() {
        let table = Table::with(Vec::new()).expect("the table is well formed");
        for [end, blocks] in [
            ["clap::error::Error::exit", "std::io::StdinLock::read_line"],
            [
                "crossterm::terminal::sys::unix::tput_value",
                "std::process::Command::output",
            ],
        ] {
            let mut graph = chain(&["main", end, blocks]);
            graph.nodes[0].called_by = CalledBy::Tasks;
            assert_eq!(from_roots(&graph, &table).order, [0, 1]);
            assert!(super::ends(&table, end, false));
        }
    }

    #[test]
    fn nothing_is_followed_into_what_an_entry_is() {
        let table = Table::with(Vec::new()).expect("the table is well formed");
        assert!(super::ends(&table, "std::fs::DirEntry::file_type", false));
        assert!(table.of("std::fs::DirEntry::file_type", false).is_none());
    }
}
