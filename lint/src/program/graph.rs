//! The call graph, starting at the async bodies of the package. An inlined function is a node like any other.

mod pointers;

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    thread,
};

use super::{
    called_back,
    called_by::{CalledBy, is_by_hand, is_poll},
    callers::called_from_sync,
    code,
    debug::{Debug, Frame},
    elf::Image,
    line::{Line, Own},
    mentions::Mentions,
    name,
    questions::Questions,
    start::mark_only_from_main,
    tables::Tables,
};

pub(crate) type NodeId = usize;

/// A function.
#[derive(Debug)]
pub(crate) struct Node {
    /// Without hashes and arguments.
    pub(crate) name: String,
    /// Its place in the source, if it belongs to the package.
    pub(crate) own: Option<Own>,
    pub(crate) calls: Vec<Edge>,
    /// Whether only the body of `main` calls it, directly or not.
    pub(crate) only_from_main: bool,
    pub(crate) called_by: CalledBy,
    /// Whether it calls through a pointer that it was given.
    pub(crate) calls_pointers: bool,
}

impl Node {
    /// Whether calls are followed from here.
    pub(crate) fn is_root(&self) -> bool {
        matches!(self.called_by, CalledBy::Tasks | CalledBy::CallsBack)
    }
}

/// A call, or the place where a function was inlined.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Edge {
    pub(crate) to: NodeId,
    pub(crate) line: Option<Line>,
    pub(crate) how: How,
}

/// How one function uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum How {
    Calls,
    /// Code of the package takes its address. Code that has the address may call it.
    TakesAddress,
}

#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    /// How many functions the program has.
    pub(crate) functions: usize,
    /// The files of the package that have code in it, and where its functions begin.
    pub(crate) files: HashSet<PathBuf>,
    pub(crate) begins: HashSet<Line>,
    /// Whether calls of the standard library lead to another file, and are not seen.
    pub(crate) is_std_elsewhere: bool,
    /// Where those begin that code of the package calls which is not async.
    pub(crate) called_from_sync: HashSet<Line>,
}

impl Graph {
    /// How many bodies of async code of the package it has.
    pub(crate) fn bodies(&self) -> usize {
        let all = self.nodes.iter();
        all.filter(|node| node.called_by == CalledBy::Tasks).count()
    }
}

/// Reads all code, and follows calls from async bodies up to functions for which `ends` returns true.
pub(crate) fn build(image: &Image<'_>, debug: &Debug<'_>, questions: &Questions<'_>) -> Graph {
    let mentions = all_mentions(image);
    let tables = Tables::new(image, &mentions);
    let mut builder = Builder {
        image,
        debug,
        questions,
        mentions: &mentions,
        tables: &tables,
        called_back: HashSet::new(),
        at_once: pointers::called_at_once(image),
        ids: HashMap::new(),
        graph: Graph {
            nodes: Vec::new(),
            functions: image.functions.len(),
            files: debug.files.clone(),
            is_std_elsewhere: image.is_std_elsewhere,
            called_from_sync: called_from_sync(image, debug, &mentions, &tables),
            begins: debug.own.values().map(|own| own.line.clone()).collect(),
        },
    };
    builder.follow();
    let mut graph = builder.graph;
    mark_only_from_main(image, &mentions, &mut graph);
    graph
}

/// Splits the functions into one part for each processor.
fn all_mentions(image: &Image<'_>) -> Vec<Mentions> {
    let shares = thread::available_parallelism().map_or(1, usize::from);
    let share = image.functions.len().div_ceil(shares).max(1);
    thread::scope(|scope| {
        let readers: Vec<_> = image
            .functions
            .chunks(share)
            .map(|functions| {
                scope.spawn(move || {
                    let read = |function| code::mentions(image, function);
                    functions.iter().map(read).collect::<Vec<_>>()
                })
            })
            .collect();
        let join = |reader: thread::ScopedJoinHandle<'_, Vec<Mentions>>| {
            reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        readers.into_iter().flat_map(join).collect()
    })
}

struct Builder<'a, 'b, 's> {
    image: &'a Image<'b>,
    debug: &'a Debug<'s>,
    questions: &'a Questions<'a>,
    mentions: &'a [Mentions],
    tables: &'a Tables<'a>,
    /// Async code of other crates that calls functions of the package.
    called_back: HashSet<String>,
    /// What the standard library calls at once where code passes its address.
    at_once: HashSet<usize>,
    ids: HashMap<String, NodeId>,
    graph: Graph,
}

impl Builder<'_, '_, '_> {
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
        for node in &mut self.graph.nodes {
            let mut seen = HashSet::new();
            node.calls.retain(|edge| seen.insert(edge.clone()));
        }
    }

    /// The functions from where calls are followed.
    fn begin(&mut self) -> Vec<usize> {
        let functions = self.image.functions.iter().enumerate();
        let own = functions.filter(|(_, it)| self.debug.own.contains_key(&it.symbol));
        let (mut roots, plain): (Vec<usize>, Vec<usize>) = own
            .map(|(index, _)| index)
            .partition(|index| self.is_own_root(&self.image.functions[*index].symbol));
        let plain = plain.into_iter();
        let search = called_back::BackSearch {
            image: self.image,
            debug: self.debug,
            mentions: self.mentions,
            questions: self.questions,
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

    fn called_by(&self, symbol: &str, name: &str) -> CalledBy {
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

    fn is_own_root(&self, symbol: &str) -> bool {
        let own = self.debug.own.get(symbol);
        own.is_some_and(|own| {
            let name = own.name.split('<').next().unwrap_or_default();
            let is_closure = name.starts_with('{');
            let says = || (self.questions.takes_context)(&own.line, name);
            own.is_async() || (!is_closure && is_by_hand(&name::readable(symbol), says))
        })
    }

    fn node(&mut self, symbol: &str) -> NodeId {
        if let Some(id) = self.ids.get(symbol) {
            return *id;
        }
        let id = self.graph.nodes.len();
        let name = name::readable(symbol);
        self.graph.nodes.push(Node {
            called_by: self.called_by(symbol, &name),
            name,
            own: self.debug.own.get(symbol).cloned(),
            calls: Vec::new(),
            only_from_main: false,
            calls_pointers: false,
        });
        self.ids.insert(symbol.to_owned(), id);
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
            let (from, line) = self.innermost(caller, at);
            self.add(from, entered, line, How::Calls);
            callees.push(entered);
        }
        callees.extend(self.expand_pointers(function, caller));
        callees
    }

    fn add(&mut self, from: NodeId, function: usize, line: Option<Line>, how: How) {
        let to = self.node(&self.image.functions[function].symbol);
        self.graph.nodes[from].calls.push(Edge { to, line, how });
    }

    /// Adds the inlined calls around an instruction, and returns the function to which it belongs, with its line.
    fn innermost(&mut self, caller: NodeId, at: u64) -> (NodeId, Option<Line>) {
        self.within(caller, self.debug.frames(at))
    }

    fn within(&mut self, caller: NodeId, mut frames: Vec<Frame>) -> (NodeId, Option<Line>) {
        let outermost = frames.pop();
        let mut from = caller;
        let mut line = outermost.and_then(|frame| frame.line);
        while let Some(frame) = frames.pop() {
            // A package that has only line tables has bare names, which many functions share.
            if !frame.symbol.starts_with('_') {
                continue;
            }
            let to = self.node(&frame.symbol);
            let how = How::Calls;
            self.graph.nodes[from].calls.push(Edge { to, line, how });
            from = to;
            line = frame.line;
        }
        (from, line)
    }
}
