//! Which functions of the package need their callers' thread: code calls them that cannot `.await`, or takes their address.

use std::collections::HashSet;

use super::{
    debug::Debug,
    elf::Image,
    line::{Line, Own},
    mentions::Mentions,
    tables::Tables,
};

/// Where functions begin that plain functions of the package call, perhaps themselves, those that other crates call, as `map(load)`
/// does, and those whose address the package takes. Such code needs them unchanged. A call counts also where it was inlined.
pub(super) fn called_from_sync(
    image: &Image<'_>,
    debug: &Debug<'_>,
    mentions: &[Mentions],
    tables: &Tables<'_>,
) -> HashSet<Line> {
    let mut called = HashSet::new();
    let mut add = |symbol: &str| {
        let own = debug.own.get(symbol);
        let function = own.filter(|own| !own.is_closure());
        called.extend(function.map(|own| own.line.clone()));
    };
    let is_sync = |symbol: &str| !debug.own.get(symbol).is_some_and(Own::is_async);
    for (caller, mentions) in image.functions.iter().zip(mentions) {
        let is_own = debug.own.contains_key(&caller.symbol);
        if is_own {
            for (_, function) in tables.taken(mentions) {
                add(&image.functions[function].symbol);
            }
        }
        let has_inlined = is_own || debug.with_inlined.contains(&caller.start);
        for &(at, target) in &mentions.calls {
            let entered = image.starting_at(target);
            let entered = entered.map(|index| image.functions[index].symbol.clone());
            let mut frames = if has_inlined {
                debug.frames(at)
            } else {
                Vec::new()
            };
            frames.pop();
            let inlined = frames.into_iter().map(|frame| frame.symbol);
            let last = std::iter::once(caller.symbol.clone());
            let path: Vec<String> = entered.into_iter().chain(inlined).chain(last).collect();
            for pair in path.windows(2).filter(|pair| is_sync(&pair[1])) {
                add(&pair[0]);
            }
        }
    }
    called
}
