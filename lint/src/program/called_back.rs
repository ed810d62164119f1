//! Finds async code of other crates that calls the package back: extractors, middleware, closures in adapters of futures and streams.

use foldhash::{HashMap, HashSet};

use super::{
    called_by::{is_between_polls, is_poll},
    debug::Debug,
    elf::Image,
    line::Own,
    mentions::Mentions,
    name::Demangled,
    questions::Questions,
};

/// Crates whose futures call what they are given on threads that may block.
const ELSEWHERE: [&str; 2] = ["blocking::", "tokio_offload"];

/// Async code of other crates that calls plain functions of the package, directly or through other crates. If such a future is in a
/// box, or spawned, no function of the package names it.
#[derive(Debug, Default)]
pub(super) struct CalledBack<'a> {
    /// Its symbols.
    pub(super) symbols: HashSet<&'a str>,
    /// The functions that contain it: itself, or what it is inlined into.
    pub(super) functions: Vec<usize>,
}

/// A call in a function: its index and the address of the call.
type Site = (usize, u64);

/// What is looked through.
pub(super) struct BackSearch<'a, 'b, 's> {
    pub(super) image: &'a Image<'b>,
    pub(super) debug: &'a Debug<'s>,
    pub(super) mentions: &'a [Mentions],
    pub(super) questions: &'a Questions<'a>,
    pub(super) names: &'a Demangled<'a>,
}

impl<'a> BackSearch<'a, '_, '_> {
    /// `plain` are functions of the package that are no async code.
    pub(super) fn called_back(&self, plain: impl Iterator<Item = usize>) -> CalledBack<'a> {
        let callers = self.callers();
        let of = |function: &usize| callers.get(function).into_iter().flatten().copied();
        let calls = plain.flat_map(|function| of(&function).collect::<Vec<_>>());
        let mut open: Vec<Site> = calls.chain(self.inlined()).collect();
        let mut seen = HashSet::default();
        let mut found = CalledBack::default();
        while let Some(place) = open.pop() {
            if !seen.insert(place) {
                continue;
            }
            let Some(around) = self.foreign_around(place) else {
                continue;
            };
            match around.into_iter().find(|symbol| self.is_asked(symbol)) {
                Some(symbol) => {
                    found.symbols.insert(symbol);
                    found.functions.push(place.0);
                }
                None => open.extend(of(&place.0)),
            }
        }
        found
    }

    fn callers(&self) -> HashMap<usize, Vec<Site>> {
        let mut callers: HashMap<usize, Vec<Site>> = HashMap::default();
        for (caller, mentions) in self.mentions.iter().enumerate() {
            for (at, target) in &mentions.calls {
                if let Some(callee) = self.image.starting_at(*target) {
                    callers.entry(callee).or_default().push((caller, *at));
                }
            }
        }
        callers
    }

    /// The calls in functions of other crates that may have inlined functions of the package.
    fn inlined(&self) -> impl Iterator<Item = Site> {
        let functions = self.image.functions.iter().zip(self.mentions).enumerate();
        let foreign = functions.filter(|(_, (function, _))| {
            let is_own = self.debug.own(&function.symbol).is_some();
            !is_own && self.debug.with_inlined.contains(&function.start)
        });
        let places = foreign.flat_map(|(index, (_, mentions))| {
            mentions.calls.iter().map(move |(at, _)| (index, *at))
        });
        places.filter(move |place| {
            let mut symbols = self.symbols(*place).into_iter();
            symbols.any(|symbol| self.debug.own(symbol).is_some())
        })
    }

    /// The functions around a place, innermost first.
    fn symbols(&self, (function, at): Site) -> Vec<&'a str> {
        let frames = self.debug.frames(at);
        let mut symbols: Vec<&str> = frames.into_iter().map(|it| it.symbol).collect();
        symbols.pop();
        symbols.push(&self.image.functions[function].symbol);
        symbols
    }

    /// Those of other crates that are around all of the package's. `None` if there are none, or if one runs it on another thread.
    fn foreign_around(&self, place: Site) -> Option<Vec<&'a str>> {
        let mut symbols = self.symbols(place);
        let own = |symbol: &&str| self.debug.own(symbol);
        if symbols.iter().filter_map(own).any(Own::is_async) {
            return None;
        }
        let last = symbols.iter().rposition(|it| own(it).is_some());
        symbols.drain(..last.map_or(0, |last| last + 1));
        let elsewhere = symbols.iter().any(|symbol| self.is_elsewhere(symbol));
        (!symbols.is_empty() && !elsewhere).then_some(symbols)
    }

    fn is_elsewhere(&self, symbol: &'a str) -> bool {
        let name = self.names.of(symbol);
        let path = name.trim_start_matches(['<', '&']);
        (self.questions.ends)(path, false) || ELSEWHERE.iter().any(|start| path.starts_with(start))
    }

    fn is_asked(&self, symbol: &'a str) -> bool {
        let name = self.names.of(symbol);
        self.debug.foreign_async.contains_key(symbol) || is_poll(&name) || is_between_polls(&name)
    }
}
