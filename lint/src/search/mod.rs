//! Turns the call graph into findings: each place in the package's source where async code blocks.
//!
//! `from_async` follows calls from async code, `to_table` follows them back from the table. A `finding` is where both meet.
//!
//! May import `program`, `source` and `table`.

mod finding;
mod from_async;
mod to_table;

use std::collections::BTreeMap;

pub(crate) use finding::{Finding, Pointer, Remedy, Step, tell_callers};
use foldhash::{HashMap, HashSet};
pub(crate) use from_async::Way;
use from_async::{FromRoots, from_roots};
pub(crate) use to_table::ends;
use to_table::{blocking, is_drop_glue, repeated};

use crate::{
    program::{CalledBy, Edge, Graph, How, Line, Node, NodeId},
    source::Sources,
    table::{Group, HIGHEST, Table},
};

/// All findings of one program, in the order of the source.
pub(crate) fn findings(graph: &Graph, table: &Table, sources: &mut Sources) -> Vec<Finding> {
    let search = Search {
        graph,
        table,
        blocking: blocking(graph, table),
        from: from_roots(graph, table),
        repeated: repeated(graph, sources),
    };
    let mut found: BTreeMap<(Line, String), Finding> = BTreeMap::new();
    for node in search.from.order.iter().copied() {
        for finding in search.of(node, sources) {
            let key = (finding.site.clone(), finding.id.clone());
            let is_worse = |known: &Finding| {
                (finding.level, finding.chain.len()) < (known.level, known.chain.len())
            };
            if found.get(&key).is_none_or(is_worse) {
                found.insert(key, finding);
            }
        }
    }
    found.into_values().collect()
}

struct Search<'a> {
    graph: &'a Graph,
    table: &'a Table,
    blocking: HashMap<NodeId, Option<NodeId>>,
    from: FromRoots,
    repeated: HashSet<NodeId>,
}

impl Search<'_> {
    fn of(&self, caller: NodeId, sources: &mut Sources) -> Vec<Finding> {
        let node = &self.graph.nodes[caller];
        let Some(own) = &node.own else {
            return Vec::new();
        };
        // A function of the table is reported where it is called.
        if self.known(caller).is_some() {
            return Vec::new();
        }
        let calls = node.calls.iter().filter(|edge| {
            let target = &self.graph.nodes[edge.to];
            self.is_reported(edge.to) && (target.own.is_none() || self.known(edge.to).is_some())
        });
        let mut found = Vec::new();
        for edge in calls {
            // A call in the macro of another crate is reported at the function around it.
            let site = edge.line.as_ref().filter(|line| sources.is_own(&line.file));
            let site = site.unwrap_or(&own.line).clone();
            found.extend(self.finding(caller, edge, site, sources));
        }
        found
    }

    /// Whether a call of that function is reported.
    fn is_reported(&self, target: NodeId) -> bool {
        if !self.blocking.contains_key(&target) {
            return false;
        }
        let path = self.path_to_table(target);
        let known = path.last().and_then(|id| self.known(*id));
        known.is_some_and(|(group, _)| !group.is_direct() || path.len() == 1)
    }

    /// What the table says of a function.
    fn known(&self, id: NodeId) -> Option<(&Group, String)> {
        let node = &self.graph.nodes[id];
        self.table.of(&node.name, node.own.is_some())
    }

    fn finding(
        &self,
        caller: NodeId,
        edge: &Edge,
        site: Line,
        sources: &mut Sources,
    ) -> Option<Finding> {
        let way = self.from.way(self.graph, caller, edge)?;
        let path = self.path(caller);
        let foreign = self.path_to_table(edge.to);
        let (group, blocks) = self.known(*foreign.last()?)?;
        let root = self.step(path[0]);
        let pointer = self.pointer(caller, edge, way);
        let remedy = match self.remedy(&path, sources) {
            _ if pointer.is_some() => Remedy::Pointed,
            _ if self.is_dropped(&path) => Remedy::Dropped,
            Remedy::Instead if foreign.len() > 1 => self.remedy_beyond(&foreign),
            other => other,
        };
        let at_start = self.is_at_start(&path, &site, sources);
        let is_open = at_start || way >= Way::Once;
        let level = if is_open { HIGHEST } else { group.level };
        let own = path[1..]
            .iter()
            .copied()
            .filter(|id| self.graph.nodes[*id].own.is_some());
        let mut chain: Vec<Step> = own.chain(foreign).map(|id| self.step(id)).collect();
        chain.last_mut()?.name.clone_from(&blocks);
        Some(Finding {
            id: group.id.clone(),
            level,
            blocks,
            site,
            root,
            chain,
            at_start,
            pointer,
            remedy,
        })
    }

    /// Whether the path begins where a value is dropped.
    fn is_dropped(&self, path: &[NodeId]) -> bool {
        let mut names = path.iter().map(|id| &self.graph.nodes[*id].name);
        names.any(|name| is_drop_glue(name))
    }

    /// The last function on the path whose address was taken.
    fn pointer(&self, caller: NodeId, edge: &Edge, way: Way) -> Option<Pointer> {
        let mut function = edge.to;
        let (mut how, mut taken) = (edge.how, edge.line.as_ref());
        for id in self.from.path(caller) {
            if how == How::TakesAddress {
                break;
            }
            // Functions that the compiler generates between a pointer and a closure have no place in the source.
            if self.graph.nodes[id].own.is_some() {
                function = id;
            }
            let before = self.from.before.get(&id)?;
            (how, taken) = (before.how, before.line.as_ref());
        }
        if how != How::TakesAddress {
            return None;
        }
        Some(Pointer {
            function: self.graph.nodes[function].name.clone(),
            taken: taken.cloned(),
            is_called: way == Way::Pointed,
        })
    }

    /// The advice for a call that blocks in code of another crate.
    fn remedy_beyond(&self, foreign: &[NodeId]) -> Remedy {
        let nodes = foreign.iter().map(|id| &self.graph.nodes[*id]);
        let first = &self.graph.nodes[foreign[0]];
        // If the first one is a `{closure}`, the package has not called it by name, so it is an `async fn` that is awaited.
        let is_awaited = |node: &&Node| {
            matches!(node.called_by, CalledBy::Await | CalledBy::CallsBack)
                || (std::ptr::eq(*node, first) && node.name.ends_with("{closure}"))
        };
        match nodes.rev().find(is_awaited) {
            Some(node) => Remedy::Inside(future(&node.name).to_owned()),
            None => Remedy::Around(first.name.clone()),
        }
    }

    /// The path from a root to `node`.
    fn path(&self, node: NodeId) -> Vec<NodeId> {
        let mut path: Vec<NodeId> = self.from.path(node).collect();
        path.reverse();
        path
    }

    /// The path from a function of another crate to the one in the table.
    fn path_to_table(&self, target: NodeId) -> Vec<NodeId> {
        let mut path = vec![target];
        let mut at = target;
        while let Some(Some(next)) = self.blocking.get(&at) {
            at = *next;
            path.push(at);
        }
        path
    }

    fn step(&self, id: NodeId) -> Step {
        let node = &self.graph.nodes[id];
        Step {
            name: node.name.clone(),
            line: node.own.as_ref().map(|own| own.line.clone()),
        }
    }

    /// The function to annotate: the first plain function that async code calls.
    fn remedy(&self, path: &[NodeId], sources: &mut Sources) -> Remedy {
        let plain = |node: &&Node| !node.name.ends_with("{closure}") && node.own.is_some();
        let nodes = path[1..].iter().map(|id| &self.graph.nodes[*id]);
        let first = nodes
            .clone()
            .find(plain)
            .filter(|node| !node.name.starts_with('<'));
        let Some((node, own)) = first.and_then(|node| Some((node, node.own.as_ref()?))) else {
            return Remedy::Instead;
        };
        if let Some(known) = sources
            .function(&own.line)
            .filter(|it| it.is_offloaded(&node.name))
        {
            return Remedy::Offloaded(known.signature.ident.to_string());
        }
        Remedy::Annotate {
            function: node.name.clone(),
            line: own.line.clone(),
            has_sync_callers: false,
        }
    }

    /// Whether `main` reaches the place only once, before it serves: no call on the path is in a loop.
    fn is_at_start(&self, path: &[NodeId], site: &Line, sources: &mut Sources) -> bool {
        let only_main = path.iter().all(|id| {
            let node = &self.graph.nodes[*id];
            node.only_from_main || node.own.is_none()
        });
        let is_repeated = path.iter().any(|id| self.repeated.contains(id));
        only_main && !is_repeated && !sources.is_in_loop(site)
    }
}

/// The future that a symbol belongs to: a type or an `async fn`.
fn future(name: &str) -> &str {
    let type_ = name
        .strip_prefix('<')
        .and_then(|name| name.split_once(" as "));
    type_.map_or(name.trim_end_matches("::{closure}"), |(type_, _)| type_)
}
