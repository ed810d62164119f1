//! From async code forward: finds the functions that async bodies reach, by calls and by addresses of functions that they take.

use foldhash::{HashMap, HashSet};

use super::to_table::{is_drop_glue, is_end};
use crate::{
    program::{Edge, Graph, How, Line, Node, NodeId, name},
    table::Table,
};

/// How a function is reached, the surest way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Only by direct calls.
    Called,
    /// A function on the path takes an address and calls through a pointer.
    Pointed,
    /// It makes a value at its first use, so only the first user waits.
    Once,
    /// Where a value is dropped. The value may have been given away there.
    Dropped,
    /// A function on the path takes an address. It is not known whether and where it is called.
    Perhaps,
}

/// The caller from which a function was reached first.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) node: NodeId,
    /// The place of that call, and its kind.
    pub(super) line: Option<Line>,
    pub(super) how: How,
}

/// The functions that async bodies reach.
#[derive(Debug)]
pub(super) struct FromRoots {
    pub(super) order: Vec<NodeId>,
    pub(super) before: HashMap<NodeId, Before>,
    ways: HashMap<NodeId, Way>,
    with_pointers: HashSet<NodeId>,
}

pub(super) fn from_roots(graph: &Graph, table: &Table) -> FromRoots {
    let roots = graph.nodes.iter().enumerate();
    let mut order: Vec<NodeId> = roots
        .filter(|(_, node)| node.is_root())
        .map(|(id, _)| id)
        .collect();
    // Code that handles requests is searched before code that only the start of the program reaches.
    let rank = |id: &NodeId| (graph.nodes[*id].only_from_main, &graph.nodes[*id].name);
    order.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let is_own = |id: &NodeId| graph.nodes[*id].own.is_some();
    let (own, foreign): (Vec<_>, Vec<_>) = order.into_iter().partition(is_own);
    let mut from = FromRoots {
        order: Vec::new(),
        ways: HashMap::default(),
        before: HashMap::default(),
        with_pointers: with_pointers(graph),
    };
    // A path from code of the package tells a reader more than one from a future that it awaits.
    from.begin(own);
    from.follow(graph, table, Way::Called);
    from.begin(foreign);
    // The surest way to each function is found first.
    let ways = [
        Way::Called,
        Way::Pointed,
        Way::Once,
        Way::Dropped,
        Way::Perhaps,
    ];
    for way in ways {
        from.follow(graph, table, way);
    }
    from
}

impl FromRoots {
    /// Adds the roots that are not reached yet.
    fn begin(&mut self, roots: Vec<NodeId>) {
        for root in roots {
            if self.ways.insert(root, Way::Called).is_none() {
                self.order.push(root);
            }
        }
    }

    fn follow(&mut self, graph: &Graph, table: &Table, way: Way) {
        let mut at = 0;
        while at < self.order.len() {
            let caller = self.order[at];
            at += 1;
            // The caller may itself be a function of the table that was inlined.
            if is_known(table, &graph.nodes[caller]) {
                continue;
            }
            for edge in &graph.nodes[caller].calls {
                if self.ways.contains_key(&edge.to) {
                    continue;
                }
                if let Some(of) = self.way(graph, caller, edge).filter(|of| *of <= way) {
                    let before = Before {
                        node: caller,
                        line: edge.line.clone(),
                        how: edge.how,
                    };
                    self.before.insert(edge.to, before);
                    self.ways.insert(edge.to, of);
                    self.order.push(edge.to);
                }
            }
        }
    }

    /// How async code reaches the target of that edge. `None` if the line gives the address to code that calls it on another thread.
    pub(super) fn way(&self, graph: &Graph, caller: NodeId, edge: &Edge) -> Option<Way> {
        let before = self.ways.get(&caller).copied()?;
        if edge.how == How::Calls {
            let drops = is_drop_glue(&graph.nodes[edge.to].name);
            return Some(if drops {
                before.max(Way::Dropped)
            } else {
                before
            });
        }
        let handed: Vec<_> = hand_overs(graph, caller).collect();
        if handed.contains(&edge.line.as_ref()) {
            return None;
        }
        if makes_once(graph, caller, edge) {
            return Some(before.max(Way::Once));
        }
        // What such a value keeps may be called later, by any user.
        let before = if before == Way::Once {
            Way::Called
        } else {
            before
        };
        // Work that the function hands over on another line may be this address, too.
        let may_call = || self.path(caller).any(|id| self.with_pointers.contains(&id));
        let here = if handed.is_empty() && may_call() {
            Way::Pointed
        } else {
            Way::Perhaps
        };
        Some(before.max(here))
    }

    /// The path from `node` back to a root.
    pub(super) fn path(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(node), |id| {
            self.before.get(id).map(|before| before.node)
        })
    }
}

/// Whether the table has the function, so that its own calls do not matter.
fn is_known(table: &Table, node: &Node) -> bool {
    is_end(&node.name) || (node.own.is_some() && table.of(&node.name, true).is_some())
}

/// Whether the address is that of the function that makes a static at its first use.
fn makes_once(graph: &Graph, caller: NodeId, edge: &Edge) -> bool {
    let node = &graph.nodes[caller];
    if node.own.is_none() {
        return name::makes_once(&node.name);
    }
    let on_line = node.calls.iter().filter(|it| it.line == edge.line);
    let mut calls = on_line.filter(|it| it.how == How::Calls);
    edge.line.is_some() && calls.any(|it| name::is_lazy(&graph.nodes[it.to].name))
}

/// The lines where the function gives work to threads that may block.
fn hand_overs(graph: &Graph, function: NodeId) -> impl Iterator<Item = Option<&Line>> {
    let calls = graph.nodes[function].calls.iter();
    let called = calls.filter(|edge| edge.how == How::Calls);
    called
        .filter(|edge| runs_elsewhere(&graph.nodes[edge.to].name))
        .map(|edge| edge.line.as_ref())
}

/// Whether the function of that name runs its argument on another thread.
fn runs_elsewhere(name: &str) -> bool {
    let crate_ = name.split("::").next().unwrap_or_default();
    let last = name.rsplit("::").next().unwrap_or_default();
    match last {
        "spawn_blocking" | "block_in_place" | "unblock" | "asyncify" => true,
        "block" => crate_.starts_with("actix"),
        "execute" => crate_ == "threadpool",
        _ if crate_ == "tokio_offload" => true,
        _ => {
            let threads = [
                "std",
                "rayon",
                "rayon_core",
                "crossbeam_utils",
                "scoped_threadpool",
            ];
            last.starts_with("spawn") && threads.contains(&crate_)
        }
    }
}

/// Functions that call through a pointer: directly, in a closure, or through the standard library.
fn with_pointers(graph: &Graph) -> HashSet<NodeId> {
    let mut callers: HashMap<NodeId, Vec<NodeId>> = HashMap::default();
    for (caller, node) in graph.nodes.iter().enumerate() {
        for edge in node.calls.iter().filter(|edge| edge.how == How::Calls) {
            callers.entry(edge.to).or_default().push(caller);
        }
    }
    let direct =
        graph.nodes.iter().enumerate().filter(|(_, node)| {
            node.calls_pointers && (node.own.is_some() || is_a_call(&node.name))
        });
    let mut open: Vec<NodeId> = direct.map(|(id, _)| id).collect();
    let mut found: HashSet<NodeId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let node = &graph.nodes[id];
        let passes_on =
            node.name.ends_with("{closure}") || (node.own.is_none() && is_core(&node.name));
        if passes_on {
            let callers = callers.get(&id).into_iter().flatten();
            // A type whose value is made once calls its function at once, and keeps no pointer for later.
            let callers = callers.filter(|id| !name::makes_once(&graph.nodes[**id].name));
            open.extend(callers.filter(|caller| found.insert(**caller)));
        }
    }
    found
}

/// Whether it is the function that the compiler generates to call a function pointer as a closure. A boxed closure is called through a
/// table of methods instead.
fn is_a_call(name: &str) -> bool {
    name.contains("core::ops::function::Fn") && !name.starts_with("<alloc::")
}

/// Whether it belongs to `core`, except for formatting, which calls through its own tables.
fn is_core(name: &str) -> bool {
    is_a_call(name) || (name::is_core(name) && !name.contains("fmt"))
}
