//! Finds the functions that only `main` reaches.

use std::rc::Rc;

use foldhash::HashSet;

use super::{elf::Image, graph::Graph, mentions::Mentions, name::Demangled};

/// Marks the functions to which every path leads through `main` or its body.
pub(super) fn mark_only_from_main<'a>(
    image: &'a Image<'_>,
    mentions: &[Mentions],
    names: &Demangled<'a>,
    graph: &mut Graph,
) {
    let name = |index: usize| names.of(&image.functions[index].symbol);
    // The closure is the body of an `async fn main`. Another `main` starts the runtime itself, by hand or by a macro.
    let is_main = |name: &str| {
        let path = name.split_once("::").map(|(_, path)| path);
        matches!(path, Some("main" | "main::{closure}"))
    };
    let indices = 0..image.functions.len();
    // Both manglings write the length of a part before it.
    let may_be = |at: &usize| image.functions[*at].symbol.contains("4main");
    let mains = indices.clone().filter(may_be);
    let mains: HashSet<usize> = mains.filter(|at| is_main(&name(*at))).collect();
    if mains.is_empty() {
        return;
    }
    let reached = reached_without(image, mentions, &mains);
    let hidden: HashSet<Rc<str>> = indices
        .filter(|index| !reached.contains(index))
        .map(name)
        .collect();
    let elsewhere: HashSet<Rc<str>> = reached.iter().map(|index| name(*index)).collect();
    for node in &mut graph.nodes {
        node.only_from_main = hidden.contains(&*node.name) && !elsewhere.contains(&*node.name);
    }
}

/// All functions that are reached without passing one of `mains`.
fn reached_without(
    image: &Image<'_>,
    mentions: &[Mentions],
    mains: &HashSet<usize>,
) -> HashSet<usize> {
    let calls = |index: usize| mentions[index].calls.iter().map(|(_, target)| *target);
    let called: HashSet<u64> = (0..mentions.len()).flat_map(calls).collect();
    let taken = mentions.iter().flat_map(|mentions| &mentions.taken);
    let taken = taken.map(|(_, address)| address);
    let taken: HashSet<u64> = taken.chain(&image.stored).copied().collect();
    let mut open: Vec<usize> = image
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| {
            !called.contains(&function.start) || taken.contains(&function.start)
        })
        .map(|(index, _)| index)
        .filter(|index| !mains.contains(index))
        .collect();
    let mut reached: HashSet<usize> = open.iter().copied().collect();
    while let Some(index) = open.pop() {
        for callee in calls(index).filter_map(|target| image.starting_at(target)) {
            if !mains.contains(&callee) && reached.insert(callee) {
                open.push(callee);
            }
        }
    }
    reached
}
