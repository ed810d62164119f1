//! The common part of the programs: measures scenarios in child processes and prints the figures.

pub(crate) mod child;
pub(crate) mod options;
pub(crate) mod parent;

use std::{error::Error, fs};

use offload_benches_common::machine;
use options::Options;

use crate::{chart, headline, heap, table};

/// Measures what the command line asks for, or else the scenarios whose names start with one of `default`, and prints
/// tables.
///
/// # Errors
///
/// When the command line is wrong or a child fails; then what the others measured has been printed.
pub fn run(default: &[&str]) -> Result<(), Box<dyn Error>> {
    let options = Options::parse(default)?;
    if let Some(name) = &options.child {
        return child::run(name, &options);
    }
    let (results, left_out) = parent::run(&options);
    let machine = machine();
    let tables = format!(
        "{machine}\n\n{}\n{}",
        table::ratios(&results),
        table::absolute(&results)
    );
    println!("{machine}\n\n{}", headline::table(&results));
    match &options.tables {
        Some(path) => fs::write(path, tables)?,
        None => print!("{tables}"),
    }
    if let Some(path) = &options.svg {
        fs::write(path, headline::draw(&results))?;
    }
    if let Some(path) = &options.svg_all {
        fs::write(path, chart::draw(&results))?;
    }
    if left_out.is_empty() {
        Ok(())
    } else {
        Err(format!("left out:\n{}", left_out.join("\n")).into())
    }
}

/// The same, in a program that counts allocations.
///
/// # Errors
///
/// As [`run`].
pub fn run_counting(default: &[&str], meter: fn() -> heap::Heap) -> Result<(), Box<dyn Error>> {
    heap::install(meter);
    run(default)
}
