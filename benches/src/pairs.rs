//! Ways of doing the same work, in turns: a row for each work, with the ratio to the best of the others.

use std::time::{Duration, Instant};

use offload_benches_common::{Spread, machine};

use crate::gauge::{count, nanos};

/// Rounds of each row; the first does not count.
const ROUNDS: usize = 16;

/// Does the work this many times on the calling thread, which is no worker.
pub type Work<'a> = Box<dyn Fn(usize) + 'a>;

/// Names the machine and the columns.
pub fn print_header(ways: &[&str]) {
    println!("{}\n", machine());
    println!("| | {} | best other |", ways.join(" | "));
    println!("|---|{}---|", "---|".repeat(ways.len()));
}

/// Times the ways, of which the first is ours, doing the work `times` times in each round. The first to run is another one in
/// each round.
///
/// # Panics
///
/// If there are fewer than two ways.
pub fn print_row(name: &str, times: usize, ways: &[Work<'_>]) {
    let mut rounds = vec![Vec::new(); ways.len()];
    for round in 0..ROUNDS {
        for turn in 0..ways.len() {
            let way = (round + turn) % ways.len();
            let begun = Instant::now();
            ways[way](times);
            rounds[way].push(begun.elapsed());
        }
    }
    let each: Vec<Vec<f64>> = rounds.iter().map(|way| per_work(way, times)).collect();
    let cells: Vec<_> = each
        .iter()
        .map(|way| cell(middle(way.iter().copied())))
        .collect();
    let best = (1..ways.len())
        .min_by(|a, b| {
            let middle_of = |way: &usize| middle(each[*way].iter().copied()).mid;
            middle_of(a).total_cmp(&middle_of(b))
        })
        .expect("there is another way");
    let Spread { low, mid, high } = middle(each[0].iter().zip(&each[best]).map(|(a, b)| a / b));
    println!(
        "| {name} | {} | {mid:.2} ({low:.2}-{high:.2}) |",
        cells.join(" | ")
    );
}

fn per_work(rounds: &[Duration], times: usize) -> Vec<f64> {
    let counted = rounds.iter().skip(1);
    counted.map(|time| nanos(*time) / count(times)).collect()
}

fn middle(figures: impl Iterator<Item = f64>) -> Spread {
    Spread::of(figures).expect("there are rounds")
}

fn cell(Spread { mid, .. }: Spread) -> String {
    format!("{mid:.0} ns")
}
