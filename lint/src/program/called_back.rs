//! Finds async code of other crates that calls the package back: extractors, middleware, closures in adapters of futures and streams.

use std::collections::{HashMap, HashSet};

use super::{
    around::Around,
    by_hand::{is_between_polls, is_poll},
    debug::Debug,
    elf::Image,
    mentions::Mentions,
    name,
};

/// Crates whose futures call what they are given on threads that may block.
const ELSEWHERE: [&str; 2] = ["blocking::", "tokio_offload"];

/// The functions of other crates that tasks call, and that call functions of the package in `plain`, directly or through other crates.
/// If such a future is in a box, or spawned, no function of the package names it.
pub(super) fn called_back(
    image: &Image<'_>,
    debug: &Debug<'_>,
    mentions: &[Mentions],
    around: &Around<'_>,
    plain: impl Iterator<Item = usize>,
) -> HashSet<usize> {
    let callers = callers(image, mentions);
    let inlined = with_inlined(image, debug, mentions);
    let mut open: Vec<usize> = plain
        .flat_map(|callee| callers.get(&callee).cloned().unwrap_or_default())
        .chain(inlined)
        .collect();
    let mut seen = HashSet::new();
    let mut found = HashSet::new();
    while let Some(function) = open.pop() {
        let symbol = &image.functions[function].symbol;
        if debug.own.contains_key(symbol) || !seen.insert(function) {
            continue;
        }
        let name = name::readable(symbol);
        if is_elsewhere(&name, around) {
            continue;
        }
        let is_async = debug.foreign_async.contains_key(symbol);
        if is_async || is_poll(&name) || is_between_polls(&name) {
            found.insert(function);
        } else {
            open.extend(callers.get(&function).into_iter().flatten());
        }
    }
    found
}

fn is_elsewhere(name: &str, around: &Around<'_>) -> bool {
    let path = name.trim_start_matches(['<', '&']);
    (around.ends)(path, false) || ELSEWHERE.iter().any(|start| path.starts_with(start))
}

fn callers(image: &Image<'_>, mentions: &[Mentions]) -> HashMap<usize, Vec<usize>> {
    let mut callers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (caller, mentions) in mentions.iter().enumerate() {
        let called = mentions.calls.iter();
        for callee in called.filter_map(|(_, target)| image.starting_at(*target)) {
            callers.entry(callee).or_default().push(caller);
        }
    }
    callers
}

/// The functions of other crates into which plain functions of the package are inlined.
fn with_inlined(image: &Image<'_>, debug: &Debug<'_>, mentions: &[Mentions]) -> Vec<usize> {
    let is_plain = |symbol: &str| debug.own.get(symbol).is_some_and(|own| !own.is_async());
    let foreign = image.functions.iter().zip(mentions).enumerate();
    let foreign = foreign.filter(|(_, (function, mentions))| {
        let is_own = debug.own.contains_key(&function.symbol);
        !is_own
            && debug.with_inlined.contains(&function.start)
            && mentions.calls.iter().any(|(at, _)| {
                let frames = debug.frames(*at);
                frames.iter().any(|frame| is_plain(&frame.symbol))
            })
    });
    foreign.map(|(index, _)| index).collect()
}
