//! The call graph, starting at the async bodies of the package. An inlined function is a node like any other.

mod calls;
mod methods;
mod node;
mod pointers;

use std::path::PathBuf;

use calls::FoundCalls;
use foldhash::{HashMap, HashSet};
use methods::{ByName, Methods};
pub(crate) use node::{Edge, How, Node, NodeId};

use super::{
    called_back,
    called_by::{CalledBy, is_by_hand, is_poll},
    callers::called_from_sync,
    debug::{Debug, Frame},
    elf::Image,
    line::{Line, Location},
    mentions::Mentions,
    name::{self, Demangled},
    questions::Questions,
    start::mark_only_from_main,
    tables::Tables,
};

#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    /// How many functions the program has.
    pub(crate) functions: usize,
    /// The files of the package that have code in it, and where its functions begin.
    pub(crate) files: HashSet<PathBuf>,
    pub(crate) begins: HashSet<Line>,
    /// Whether the standard library is a shared library, so that calls of it are not seen.
    pub(crate) is_std_elsewhere: bool,
    /// The first lines of functions with callers that are not async.
    pub(crate) called_from_sync: HashSet<Line>,
}

impl Graph {
    /// How many async bodies of the package the program has.
    pub(crate) fn bodies(&self) -> usize {
        let all = self.nodes.iter();
        all.filter(|node| node.called_by == CalledBy::Tasks).count()
    }
}

/// Follows calls from async bodies up to functions for which `ends` returns true. `mentions` are of the functions of `image`.
pub(crate) fn build(
    image: &Image<'_>,
    debug: &Debug<'_>,
    mentions: &[Mentions],
    questions: &Questions<'_>,
) -> Graph {
    let tables = Tables::new(image, mentions);
    let names = Demangled::default();
    let methods = Methods::new(image, debug, &tables, &names);
    let mut builder = Builder {
        image,
        debug,
        questions,
        mentions,
        tables: &tables,
        names: &names,
        called_back: HashSet::default(),
        at_once: pointers::called_at_once(image),
        methods: &methods,
        ids: HashMap::default(),
        calls: FoundCalls::default(),
        graph: Graph {
            nodes: Vec::new(),
            functions: image.functions.len(),
            files: debug.files.clone(),
            is_std_elsewhere: image.is_std_elsewhere,
            called_from_sync: called_from_sync(image, debug, mentions, &tables),
            begins: debug.own.values().map(|own| own.line.clone()).collect(),
        },
    };
    builder.follow();
    let mut graph = builder.graph;
    builder.calls.put_into(&mut graph.nodes);
    mark_only_from_main(image, mentions, &names, &mut graph);
    graph
}

struct Builder<'a, 'b, 's> {
    image: &'a Image<'b>,
    debug: &'a Debug<'s>,
    questions: &'a Questions<'a>,
    mentions: &'a [Mentions],
    tables: &'a Tables<'a>,
    names: &'a Demangled<'a>,
    /// Async code of other crates that calls functions of the package.
    called_back: HashSet<&'a str>,
    /// Functions that the standard library calls at once when code passes their address.
    at_once: HashSet<usize>,
    methods: &'a Methods<'a>,
    ids: HashMap<&'a str, NodeId>,
    calls: FoundCalls<'a>,
    graph: Graph,
}

impl<'a> Builder<'a, '_, '_> {
    fn follow(&mut self) {
        let mut open = self.begin();
        let mut seen: HashSet<usize> = open.iter().copied().collect();
        while let Some(function) = open.pop() {
            for callee in self.expand(function) {
                if seen.insert(callee) {
                    open.push(callee);
                }
            }
        }
    }

    /// The functions from which calls are followed.
    fn begin(&mut self) -> Vec<usize> {
        let functions = self.image.functions.iter().enumerate();
        let own = functions.filter(|(_, it)| self.debug.own(&it.symbol).is_some());
        let (mut roots, plain): (Vec<usize>, Vec<usize>) = own
            .map(|(index, _)| index)
            .partition(|index| self.is_own_root(&self.image.functions[*index].symbol));
        let plain = plain.into_iter();
        let search = called_back::BackSearch {
            image: self.image,
            debug: self.debug,
            mentions: self.mentions,
            questions: self.questions,
            names: self.names,
        };
        let back = search.called_back(plain);
        self.called_back = back.symbols;
        let inlined = self.image.functions.iter().enumerate();
        let inlined = inlined.filter(|(_, it)| self.debug.with_inlined_async.contains(&it.start));
        roots.extend(inlined.map(|(index, _)| index));
        roots.extend(back.functions);
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    fn called_by(&self, symbol: &'a str, name: &str) -> CalledBy {
        if self.is_own_root(symbol) {
            CalledBy::Tasks
        } else if self.called_back.contains(symbol) {
            CalledBy::CallsBack
        } else if self.debug.foreign_async.contains_key(symbol) || is_poll(name) {
            CalledBy::Await
        } else {
            CalledBy::Functions
        }
    }

    fn is_own_root(&self, symbol: &'a str) -> bool {
        let own = self.debug.own(symbol);
        own.is_some_and(|own| {
            let says = || (self.questions.takes_context)(&own.line, own.ident());
            own.is_async() || (!own.is_closure() && is_by_hand(&self.names.of(symbol), says))
        })
    }

    fn node(&mut self, symbol: &'a str) -> NodeId {
        if let Some(id) = self.ids.get(symbol) {
            return *id;
        }
        let id = self.graph.nodes.len();
        let name = self.names.of(symbol);
        self.graph.nodes.push(Node {
            called_by: self.called_by(symbol, &name),
            name: String::from(&*name),
            own: self.debug.own(symbol).cloned(),
            calls: Vec::new(),
            only_from_main: false,
            calls_pointers: false,
        });
        self.ids.insert(symbol, id);
        id
    }

    /// Adds the calls of a function, and returns those to follow.
    fn expand(&mut self, function: usize) -> Vec<usize> {
        let symbol = &self.image.functions[function].symbol;
        let caller = self.node(symbol);
        let node = &self.graph.nodes[caller];
        if (self.questions.ends)(&node.name, node.own.is_some()) {
            return Vec::new();
        }
        let mut callees = Vec::new();
        for &(at, target) in &self.mentions[function].calls {
            let Some(entered) = self.image.starting_at(target) else {
                continue;
            };
            let (from, place) = self.innermost(caller, at);
            self.add(from, entered, place, How::Calls);
            callees.push(entered);
        }
        callees.extend(self.expand_pointers(function, caller));
        callees.extend(self.expand_methods(function, caller));
        callees
    }

    /// The same for methods that it calls through `dyn`.
    fn expand_methods(&mut self, function: usize, caller: NodeId) -> Vec<usize> {
        let mut callees = Vec::new();
        for &(at, distance) in &self.mentions[function].methods {
            let Some(all) = self.methods.at(distance) else {
                continue;
            };
            let (from, place) = self.innermost(caller, at);
            let mut methods = self.said(from, place, all);
            methods.extend(self.methods.handed_on(&self.graph.nodes[from].name, all));
            for method in methods {
                self.add(from, method, place, How::Calls);
                callees.push(method);
            }
        }
        callees
    }

    /// Those that the source names there, if it is code of the package. The machine code only says at which distance the method is
    /// in its table.
    fn said(&self, from: NodeId, place: Option<Location<'_>>, all: &ByName<'_>) -> Vec<usize> {
        let is_own = self.graph.nodes[from].own.is_some();
        let line = place.filter(|_| is_own).map(Line::from);
        let Some(line) = line.filter(|line| (self.questions.is_own)(&line.file)) else {
            return Vec::new();
        };
        let said = all
            .iter()
            .filter(|(name, _)| (self.questions.calls_method)(&line, name));
        said.flat_map(|(_, functions)| functions.iter().map(|it| it.0))
            .collect()
    }

    fn add(&mut self, from: NodeId, function: usize, place: Option<Location<'a>>, how: How) {
        let to = self.node(&self.image.functions[function].symbol);
        self.calls.add(from, to, place, how);
    }

    /// Adds the inlined calls around an instruction, and returns the function to which it belongs, with its line.
    fn innermost(&mut self, caller: NodeId, at: u64) -> (NodeId, Option<Location<'a>>) {
        self.within(caller, self.debug.frames(at))
    }

    fn within(
        &mut self,
        caller: NodeId,
        mut frames: Vec<Frame<'a>>,
    ) -> (NodeId, Option<Location<'a>>) {
        let outermost = frames.pop();
        let mut from = caller;
        let mut place = outermost.and_then(|frame| frame.place);
        while let Some(frame) = frames.pop() {
            // A package that has only line tables has bare names, which many functions share.
            if !frame.symbol.starts_with('_') {
                continue;
            }
            let to = self.node(frame.symbol);
            self.calls.add(from, to, place, How::Calls);
            from = to;
            place = frame.place;
        }
        (from, place)
    }
}
