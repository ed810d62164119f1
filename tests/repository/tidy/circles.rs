//! Circles between the files of one folder: at most two files may import each other, and only once in a folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::paths::{Import, imports, module};

/// A module of a crate, as the names that lead to it.
type Module = Vec<String>;

/// The circles in `files`, which are a crate's, by path from its root.
pub(crate) fn circles<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let texts: BTreeMap<Module, &str> = files.map(|(path, text)| (module(path), text)).collect();
    let tree = Tree::new(&texts);
    let mut folders: BTreeMap<Module, BTreeSet<(String, String)>> = BTreeMap::new();
    for (from, to) in tree.arrows(&texts) {
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        // The files at the top are layers, which have a table of their own.
        if common > 0 && from != to {
            let room = |module: &Module| module.get(common).map_or("mod", |name| name).to_owned();
            let arrow = (room(&from), room(&to));
            let arrows = folders.entry(from[..common].to_vec()).or_default();
            arrows.insert(arrow);
        }
    }
    folders
        .iter()
        .filter_map(|(folder, arrows)| check(&folder.join("/"), arrows))
        .collect()
}

/// What is wrong with the arrows between the files of one folder, if anything.
fn check(folder: &str, arrows: &BTreeSet<(String, String)>) -> Option<String> {
    let circles = rings(arrows);
    let right = circles.len() <= 1 && circles.iter().all(|circle| circle.len() <= 2);
    (!right).then(|| format!("{folder}: files that import each other: {circles:?}"))
}

/// The groups of rooms from each of which every other can be reached.
fn rings(arrows: &BTreeSet<(String, String)>) -> Vec<BTreeSet<&str>> {
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for (start, _) in arrows {
        let ahead = reach(start, |(from, to)| (from, to), arrows);
        let behind = reach(start, |(from, to)| (to, from), arrows);
        let ring: BTreeSet<_> = ahead.intersection(&behind).copied().collect();
        if ring.len() > 1 && !found.contains(&ring) {
            found.push(ring);
        }
    }
    found
}

fn reach<'a>(
    start: &'a str,
    way: impl Fn(&'a (String, String)) -> (&'a String, &'a String),
    arrows: &'a BTreeSet<(String, String)>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::from([start]);
    let mut next = vec![start];
    while let Some(room) = next.pop() {
        for (from, to) in arrows.iter().map(&way) {
            if from == room && seen.insert(to) {
                next.push(to);
            }
        }
    }
    seen
}

/// The modules of a crate, and where the names stand that they hand on.
struct Tree {
    modules: BTreeSet<Module>,
    handed_on: BTreeMap<Module, Module>,
}

impl Tree {
    fn new(texts: &BTreeMap<Module, &str>) -> Self {
        let handed_on = texts.iter().flat_map(|(module, text)| {
            let all = imports(module, text).into_iter();
            let public = all.filter(|import| import.is_public);
            public.map(|import| {
                let name = [module.as_slice(), &[import.name]].concat();
                (name, import.path)
            })
        });
        Self {
            handed_on: handed_on.collect(),
            modules: texts.keys().cloned().collect(),
        }
    }

    /// From every module to those it imports from.
    fn arrows(&self, texts: &BTreeMap<Module, &str>) -> Vec<(Module, Module)> {
        let all = texts.iter().flat_map(|(module, text)| {
            let used = imports(module, text).into_iter();
            let used = used.filter(|import| !import.is_public);
            used.filter_map(|Import { path, .. }| Some((module.clone(), self.home(&path)?)))
        });
        all.collect()
    }

    /// The module in which the item stands that `path` leads to.
    fn home(&self, path: &[String]) -> Option<Module> {
        let mut path = path.to_vec();
        // Names are handed on a few times at most.
        for _ in 0..8 {
            let known = (1..=path.len()).rev().find_map(|end| {
                let start = &path[..end];
                if self.modules.contains(start) {
                    return Some(None);
                }
                let to = self.handed_on.get(start)?;
                Some(Some([to.as_slice(), &path[end..]].concat()))
            })?;
            match known {
                Some(further) => path = further,
                None => break,
            }
        }
        let ends = (1..=path.len()).rev();
        let mut homes = ends.map(|end| path[..end].to_vec());
        homes.find(|start| self.modules.contains(start))
    }
}

#[test]
fn circles_are_seen() {
    let two = [
        ("f/a.rs", "use super::b::B;\n"),
        ("f/b.rs", "use crate::f::{a::{A, Other}, c};\n"),
    ];
    assert!(circles(two.into_iter()).is_empty(), "one pair is allowed");
    let three = [("f/c.rs", "fn f() { super::a::g(); }\n")];
    assert_eq!(circles(two.into_iter().chain(three)).len(), 1);
    let other_pair = [("f/d.rs", "use super::e;\n"), ("f/e.rs", "use super::d;\n")];
    assert_eq!(circles(two.into_iter().chain(other_pair)).len(), 1);
}

#[test]
fn names_that_are_handed_on_lead_home() {
    let files = [
        ("f/mod.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n"),
        ("f/a.rs", "use super::b::B;\n"),
        ("f/b.rs", "use crate::f::c::C;\n"),
        ("f/c.rs", "use super::A;\n"),
    ];
    assert_eq!(circles(files.into_iter()).len(), 1);
    let tests = ("f/c.rs", "#[cfg(test)]\nmod tests {\n use super::A;\n}\n");
    let files = files[..3].iter().copied().chain([tests]);
    assert!(circles(files).is_empty(), "tests may look around");
}
