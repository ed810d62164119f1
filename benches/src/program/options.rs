//! The command line of all programs.

use std::{path::PathBuf, process};

use lexopt::prelude::*;

use crate::{
    headline,
    inside::Inside,
    scenario::{self, Scenario},
    ways::Name,
};

const HELP: &str = "\
Measures ways to run blocking bodies, and prints ratios to spawn_blocking.

  --quick           a third of the rounds
  --rounds N        so many rounds
  --only A,B        scenarios whose names start so
  --ways A,B        these ways beside spawn_blocking
  --first           the scenarios of the first table alone
  --svg PATH        draws the first table there
  --svg-all PATH    draws the table of ratios to spawn_blocking there
  --tables PATH     writes the tables after the first there
  --list            prints the names of the scenarios and the ways
";

/// What was asked for.
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) rounds: Option<usize>,
    pub(crate) only: Vec<String>,
    pub(crate) ways: Option<Vec<Name>>,
    pub(crate) first: bool,
    pub(crate) svg: Option<PathBuf>,
    pub(crate) svg_all: Option<PathBuf>,
    pub(crate) tables: Option<PathBuf>,
    /// The scenario to measure in this process, for a parent that reads the figures.
    pub(crate) child: Option<String>,
    /// The surroundings of the tasks of the child.
    pub(crate) inside: Option<Inside>,
}

impl Options {
    pub(crate) fn parse(default: &[&str]) -> Result<Self, lexopt::Error> {
        let mut options = Self {
            quick: false,
            rounds: None,
            only: default.iter().map(ToString::to_string).collect(),
            ways: None,
            first: false,
            svg: None,
            svg_all: None,
            tables: None,
            child: None,
            inside: None,
        };
        let mut args = lexopt::Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("quick") => options.quick = true,
                Long("rounds") => options.rounds = Some(args.value()?.parse()?),
                Long("only") => options.only = list(&args.value()?.string()?),
                Long("ways") => options.ways = Some(ways(&args.value()?.string()?)?),
                Long("first") => options.first = true,
                Long("svg") => options.svg = Some(args.value()?.into()),
                Long("svg-all") => options.svg_all = Some(args.value()?.into()),
                Long("tables") => options.tables = Some(args.value()?.into()),
                Long("child") => options.child = Some(args.value()?.string()?),
                Long("inside") => options.inside = Some(inside(&args.value()?.string()?)?),
                Long("list") => print_names(),
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    process::exit(0);
                }
                _ => return Err(arg.unexpected()),
            }
        }
        Ok(options)
    }

    /// The scenarios asked for, with the ways asked for.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        let mut all = scenario::all();
        all.retain(|scenario| {
            self.only.is_empty()
                || self
                    .only
                    .iter()
                    .any(|start| scenario.name.starts_with(start))
        });
        all.retain(|scenario| !self.first || headline::has(&scenario.name));
        for scenario in &mut all {
            self.fit(scenario);
        }
        all
    }

    /// Applies the options to one scenario.
    pub(crate) fn fit(&self, scenario: &mut Scenario) {
        if let Some(ways) = &self.ways {
            let asked = |way: &Name| *way == Name::Raw || ways.contains(way);
            scenario.ways.retain(asked);
        }
        if self.quick {
            scenario.rounds = scenario.rounds.div_ceil(3);
        }
        if let Some(rounds) = self.rounds {
            scenario.rounds = rounds;
        }
    }
}

fn list(names: &str) -> Vec<String> {
    names.split(',').map(str::to_owned).collect()
}

fn ways(names: &str) -> Result<Vec<Name>, lexopt::Error> {
    let parse =
        |name: &str| Name::parse(name).ok_or_else(|| format!("no way is called {name}").into());
    names.split(',').map(parse).collect()
}

fn inside(name: &str) -> Result<Inside, lexopt::Error> {
    Inside::parse(name).ok_or_else(|| format!("tasks cannot run inside {name} here").into())
}

fn print_names() {
    for scenario in scenario::all() {
        println!("{}", scenario.name);
    }
    println!();
    for way in Name::ALL {
        println!("{}", way.name());
    }
    process::exit(0);
}
