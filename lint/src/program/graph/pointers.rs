//! Edges to functions whose address is taken.

use foldhash::HashSet;

use super::{Builder, Frame, How, Image, Location, Mentions, NodeId, name};

impl<'a> Builder<'a, '_, '_> {
    /// Adds edges to the functions whose address this function takes, and returns those to follow.
    pub(super) fn expand_pointers(&mut self, function: usize, caller: NodeId) -> Vec<usize> {
        let mentions = &self.mentions[function];
        for at in &mentions.through {
            let (from, _) = self.innermost(caller, *at);
            self.graph.nodes[from].calls_pointers = true;
        }
        let mut taken = self.expand_at_once(mentions, caller);
        for (at, function) in self.tables.taken(mentions) {
            if self.at_once.contains(&function) {
                continue;
            }
            let how = if is_formatting(&self.image.functions[function].symbol) {
                How::Calls
            } else {
                How::TakesAddress
            };
            let (from, place) = self.taker(caller, self.debug.frames(at));
            let by = &self.graph.nodes[from];
            let is_own = by.own.is_some();
            // Addresses that other crates take are ignored otherwise.
            if how == How::Calls || is_own || name::makes_once(&by.name) {
                let place = place.filter(|_| is_own);
                self.add(from, function, place, how);
                taken.push(function);
            }
        }
        taken
    }

    /// The function that takes an address, with its line. Functions of `core` and of values that are made once are passed over: they call
    /// the address that they get and do not keep it, so their caller takes it.
    fn taker(
        &mut self,
        caller: NodeId,
        mut frames: Vec<Frame<'a>>,
    ) -> (NodeId, Option<Location<'a>>) {
        let inlined = frames.len().saturating_sub(1);
        let calls = |frame: &Frame<'a>| {
            let name = self.names.of(frame.symbol);
            name::is_core(&name) || name::makes_once(&name)
        };
        let passed = frames[..inlined].iter().take_while(|frame| calls(frame));
        frames.drain(..passed.count());
        self.within(caller, frames)
    }

    /// Adds calls of functions that the standard library calls at once, and returns these functions.
    fn expand_at_once(&mut self, mentions: &Mentions, caller: NodeId) -> Vec<usize> {
        let taken = self.tables.taken(mentions).into_iter();
        let all = taken.chain(self.tables.methods(mentions));
        let entered: Vec<_> = all.filter(|(_, it)| self.at_once.contains(it)).collect();
        for (at, function) in &entered {
            let (from, place) = self.innermost(caller, *at);
            self.add(from, *function, place, How::Calls);
        }
        entered.into_iter().map(|(_, function)| function).collect()
    }
}

/// Whether it is a method `fmt` of a value. `format!` takes its address and calls it at once.
fn is_formatting(symbol: &str) -> bool {
    // To demangle a symbol is slow, so most are ruled out first.
    let may_be = symbol.contains("fmt");
    may_be && is_formatting_name(&name::readable(symbol))
}

fn is_formatting_name(name: &str) -> bool {
    name.contains(" as core::fmt::") && name.ends_with(">::fmt")
}

/// The functions of the standard library that wrap a closure and are called through a pointer before it returns.
pub(super) fn called_at_once(image: &Image<'_>) -> HashSet<usize> {
    let functions = image.functions.iter().enumerate();
    // To demangle a symbol is slow, so most are ruled out first.
    let may_be = |symbol: &str| symbol.contains("do_call") || symbol.contains("Once");
    let called = functions.filter(|(_, function)| {
        may_be(&function.symbol) && is_called_at_once(&name::readable(&function.symbol))
    });
    called.map(|(index, _)| index).collect()
}

/// Whether `catch_unwind`, or `Once`, calls the function of that name.
fn is_called_at_once(name: &str) -> bool {
    let catches = [
        "std::panicking::catch_unwind::do_call",
        "std::panicking::try::do_call",
    ];
    catches.contains(&name) || name::is_once(name)
}

#[cfg(test)]
mod tests {
    use super::is_called_at_once;

    #[test]
    fn what_is_called_at_once_is_known_by_its_name() {
        for name in [
            "std::panicking::catch_unwind::do_call",
            "std::sync::once::Once::call_once::{closure}",
            "std::sync::poison::once::Once::call_once_force::{closure}",
            "once_cell::imp::OnceCell::initialize::{closure}",
        ] {
            assert!(is_called_at_once(name), "{name}");
        }
        for name in [
            "std::panicking::catch_unwind::do_catch",
            "std::sync::once::Once::call_once",
            "app::Once::call_once::{closure}",
        ] {
            assert!(!is_called_at_once(name), "{name}");
        }
    }
}
