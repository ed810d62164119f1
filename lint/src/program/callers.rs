//! Which functions of the package have callers that could not `.await` them, or whose address is taken.

use foldhash::{HashMap, HashSet};

use super::{
    debug::Debug,
    elf::Image,
    line::{Line, Own},
    mentions::Mentions,
    tables::Tables,
};

/// The first lines of functions that must stay as they are: plain functions of the package call them (or they call themselves), other
/// crates call them, as with `map(load)`, or the package takes their address. Calls that were inlined count too.
pub(super) fn called_from_sync(
    image: &Image<'_>,
    debug: &Debug<'_>,
    mentions: &[Mentions],
    tables: &Tables<'_>,
) -> HashSet<Line> {
    let functions = image.functions.iter();
    let all: Vec<Option<&Own>> = functions.map(|it| debug.own(&it.symbol)).collect();
    let own = |at: u64| image.starting_at(at).map(|index| all[index]);
    let mut called = Called::default();
    for (index, (caller, mentions)) in image.functions.iter().zip(mentions).enumerate() {
        if all[index].is_some() {
            for (_, function) in tables.taken(mentions) {
                called.add(all[function]);
            }
        }
        for &(at, target) in &mentions.calls {
            let entered = own(target);
            // Most functions have nothing inlined, and lines are slow to look up.
            if !debug.with_inlined.contains(&caller.start) {
                called.along(entered.into_iter().chain([all[index]]));
                continue;
            }
            let mut frames = debug.frames(at);
            frames.pop();
            let inlined = frames.iter().map(|frame| debug.own(frame.symbol));
            called.along(entered.into_iter().chain(inlined).chain([all[index]]));
        }
    }
    called.lines()
}

/// The called functions of the package. Each is there once, by its place in memory.
#[derive(Default)]
struct Called<'a>(HashMap<*const Own, &'a Own>);

impl<'a> Called<'a> {
    /// On a path of calls, innermost first. Those of other crates are none.
    fn along(&mut self, path: impl Iterator<Item = Option<&'a Own>>) {
        let mut before: Option<Option<&Own>> = None;
        for function in path {
            let is_sync = !function.is_some_and(Own::is_async);
            if let Some(called) = before.filter(|_| is_sync) {
                self.add(called);
            }
            before = Some(function);
        }
    }

    fn add(&mut self, function: Option<&'a Own>) {
        if let Some(own) = function.filter(|own| !own.is_closure()) {
            self.0.insert(own, own);
        }
    }

    fn lines(self) -> HashSet<Line> {
        self.0.into_values().map(|own| own.line.clone()).collect()
    }
}
