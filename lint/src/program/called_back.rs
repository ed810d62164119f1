//! Finds async code of other crates that calls functions of the package: extractors, middleware, closures in adapters of futures and
//! streams.

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

/// Crates whose futures call the closures that they get on threads that may block.
const ELSEWHERE: [&str; 2] = ["blocking::", "tokio_offload"];

/// Async code of other crates that calls plain functions of the package, directly or through other crates. A search from the package's
/// async code would miss it: if such a future is boxed or spawned, no function of the package calls it.
#[derive(Debug, Default)]
pub(super) struct CalledBack<'a> {
    /// The symbols of these async bodies and methods.
    pub(super) symbols: HashSet<&'a str>,
    /// The functions that contain them: themselves, or those that they are inlined into.
    pub(super) functions: Vec<usize>,
}

/// A call in machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct CallSite {
    /// The index of the function that has the call.
    function: usize,
    address: u64,
}

/// A search back from plain functions of the package through their callers.
pub(super) struct BackSearch<'a, 'b, 's> {
    pub(super) image: &'a Image<'b>,
    pub(super) debug: &'a Debug<'s>,
    pub(super) mentions: &'a [Mentions],
    pub(super) questions: &'a Questions<'a>,
    pub(super) names: &'a Demangled<'a>,
}

impl<'a> BackSearch<'a, '_, '_> {
    /// `plain` are the functions of the package that are not async.
    pub(super) fn called_back(&self, plain: impl Iterator<Item = usize>) -> CalledBack<'a> {
        let callers = self.callers();
        let of = |function: &usize| callers.get(function).into_iter().flatten().copied();
        let calls = plain.flat_map(|function| of(&function).collect::<Vec<_>>());
        let mut open: Vec<CallSite> = calls.chain(self.inlined()).collect();
        let mut seen = HashSet::default();
        let mut found = CalledBack::default();
        while let Some(site) = open.pop() {
            if !seen.insert(site) {
                continue;
            }
            let Some(around) = self.foreign_around(site) else {
                continue;
            };
            match around.into_iter().find(|symbol| self.is_asked(symbol)) {
                Some(symbol) => {
                    found.symbols.insert(symbol);
                    found.functions.push(site.function);
                }
                None => open.extend(of(&site.function)),
            }
        }
        found
    }

    fn callers(&self) -> HashMap<usize, Vec<CallSite>> {
        let mut callers: HashMap<usize, Vec<CallSite>> = HashMap::default();
        for (caller, mentions) in self.mentions.iter().enumerate() {
            for &(address, target) in &mentions.calls {
                if let Some(callee) = self.image.starting_at(target) {
                    let site = CallSite {
                        function: caller,
                        address,
                    };
                    callers.entry(callee).or_default().push(site);
                }
            }
        }
        callers
    }

    /// The calls in functions of other crates that may have inlined functions of the package.
    fn inlined(&self) -> impl Iterator<Item = CallSite> {
        let functions = self.image.functions.iter().zip(self.mentions).enumerate();
        let foreign = functions.filter(|(_, (function, _))| {
            let is_own = self.debug.own(&function.symbol).is_some();
            !is_own && self.debug.with_inlined.contains(&function.start)
        });
        let sites = foreign.flat_map(|(function, (_, mentions))| {
            let calls = mentions.calls.iter();
            calls.map(move |&(address, _)| CallSite { function, address })
        });
        sites.filter(move |site| {
            let mut symbols = self.symbols(*site).into_iter();
            symbols.any(|symbol| self.debug.own(symbol).is_some())
        })
    }

    /// The functions at a call, innermost first: those inlined there, then the function that contains them.
    fn symbols(&self, site: CallSite) -> Vec<&'a str> {
        let frames = self.debug.frames(site.address);
        let mut symbols: Vec<&str> = frames.into_iter().map(|it| it.symbol).collect();
        symbols.pop();
        symbols.push(&self.image.functions[site.function].symbol);
        symbols
    }

    /// The functions of other crates that call the package's there. `None` if there are none, if one runs its argument on another thread,
    /// or if async code of the package is among the callers: that is a root already.
    fn foreign_around(&self, site: CallSite) -> Option<Vec<&'a str>> {
        let mut symbols = self.symbols(site);
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
