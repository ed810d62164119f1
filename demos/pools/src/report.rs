//! The words, the tables and the picture that `pools` prints.

use std::{fmt::Write as _, io, slice, time::Duration};

use offload_examples::{
    picture,
    say::{self, count},
    spread::{Spread, millis},
    table::Table,
};
use tokio_offload::Stats;

use crate::{
    DISK_THREADS, QUEUE,
    clients::{PATIENCE, RETRY, Tally, WHO_STAYS},
    command::Command,
    house::{BLOCK, Stock},
    request::Kind,
    scene::{Act, Service},
};

/// Announces what will happen.
pub(crate) fn heading(command: &Command, stock: &Stock) -> String {
    let Command {
        dir,
        lasting,
        clients,
    } = command;
    format!(
        "{} of {} KiB to pack and {} to copy under {}{}{}.
Each pool may have {QUEUE} calls waiting; the disk pool has {DISK_THREADS} threads, the CPU pool one for each CPU.
In each scene the clients go on asking for {lasting:?}. A crowd is {clients} clients: told that a pool is busy,
they come back after {RETRY:?}, but one of {WHO_STAYS} waits its turn; nobody waits longer than {PATIENCE:?}.
",
        count(stock.blocks.len(), "block"),
        BLOCK / 1024,
        count(stock.files.len(), "file"),
        say::path(dir),
        if stock.cut { ", the first there" } else { "" },
        match stock.skipped {
            0 => String::new(),
            skipped => format!(" ({} skipped)", count(skipped, "unreadable path")),
        },
    )
}

/// What the columns of [`live`] are.
pub(crate) fn live_header(pools: [&str; 2]) -> String {
    let columns = pools.map(|name| {
        format!(
            " │ {name:>4}: {:>3} {:>4} {:>5} {:>7}",
            "run", "wait", "done", "refused"
        )
    });
    format!("  {:<15}{}", "Pool::stats()", columns.concat())
}

/// The present state of the pools, in one line.
pub(crate) fn live(scene: &str, pools: [Stats; 2]) -> String {
    let columns = pools.map(|now| {
        let Stats {
            running,
            queued,
            done,
            refused,
            ..
        } = now;
        format!(" │       {running:>3} {queued:>4} {done:>5} {refused:>7}")
    });
    format!("  {scene:<15}{}", columns.concat())
}

/// The results of the requests, how long visitors waited, and how late the clock woke meanwhile.
pub(crate) fn table(title: &str, acts: &[Act]) -> String {
    let mut table = Table::new([
        "",
        "",
        "in time",
        "late",
        "busy",
        "visit p50",
        "p90",
        "tick p99",
        "max",
        "bodies",
        "seconds",
    ])
    .flush_left(2);
    for act in acts {
        for (row, service) in act.services.iter().enumerate() {
            let mut cells = vec![if row == 0 { act.scene.name } else { "" }.to_owned()];
            cells.extend(service_cells(service));
            if row == 0 {
                cells.extend(act_cells(act));
            }
            table.row(cells);
        }
    }
    format!("{title}\n{table}")
}

/// What the columns of the tables are.
pub(crate) const LEGEND: &str = "\
In time, late: answers to the crowd; too late if the client had given up, or should have. Visit: how
long a visitor, who asks for one thing every 10 ms, waits for it, in milliseconds. Tick: how late
the clock woke, in milliseconds. Bodies: the most that ran at once. Seconds: until all was done.
";

/// How late the clock woke, as time went by.
pub(crate) fn picture(pooled: &[Act], plain: &[Act]) -> String {
    let mut text =
        String::from("The clock: the latest tick in each part of the time of each scene.\n");
    for (way, acts) in [("pools", pooled), ("plain", plain)] {
        for act in acts {
            let row = picture::delays(&act.ticks, act.lasted, COLUMNS);
            let _ = writeln!(text, "  {way} {:<15} │{row}│", act.scene.name);
        }
    }
    let _ = writeln!(text, "  {}", picture::scale());
    text
}

/// The meaning of the numbers, in sentences.
pub(crate) fn conclusions(pooled: &[Act], plain: &[Act]) -> String {
    let mut text = String::new();
    let busy = crowds(pooled).flat_map(|crowd| crowd.busy.iter().copied());
    if let Some(busy) = Spread::of(busy) {
        let _ = writeln!(
            text,
            "\"Busy\" was said after {} µs half of the time, {} µs 99 times of 100, {} µs at worst.",
            micros(busy.p50),
            micros(busy.p99),
            micros(busy.max)
        );
    }
    let gone: u64 = crowds(plain).map(|crowd| crowd.gave_up).sum();
    if gone > 0 {
        let _ = writeln!(
            text,
            "On spawn_blocking, {} ran for clients who had gone: nothing told them.",
            bodies(gone)
        );
    }
    let disk = |acts: &[Act]| {
        acts.iter()
            .find(|act| act.scene.name == "disk crowd")
            .map(answered)
    };
    if disk(plain) > disk(pooled) {
        let _ = writeln!(
            text,
            "The disk crowd alone fares better on 512 threads here: this disk does more at a time than \
             {DISK_THREADS} threads\nask of it. Compare the scene with 32."
        );
    }
    let failed = |act: &Act| {
        act.services
            .iter()
            .find_map(Service::failure)
            .map(ToString::to_string)
    };
    if let Some(why) = pooled.iter().chain(plain).find_map(failed) {
        let _ = writeln!(text, "Some requests failed, as this one: {why}.");
    }
    text
}

const COLUMNS: usize = 60;

impl Service {
    fn failure(&self) -> Option<&io::Error> {
        let crowd = self.crowd.as_ref().and_then(|crowd| crowd.why.as_ref());
        crowd.or(self.visits.why.as_ref())
    }
}

fn micros(duration: Duration) -> String {
    format!("{:.1}", duration.as_secs_f64() * 1e6)
}

fn bodies(number: u64) -> String {
    format!("{number} {}", if number == 1 { "body" } else { "bodies" })
}

fn answered(act: &Act) -> u64 {
    crowds(slice::from_ref(act))
        .map(|crowd| crowd.answered)
        .sum()
}

fn crowds(acts: &[Act]) -> impl Iterator<Item = &Tally> {
    acts.iter()
        .flat_map(|act| &act.services)
        .filter_map(|service| service.crowd.as_ref())
}

/// The pool, the results of its crowd, and how long its visitor waited.
fn service_cells(service: &Service) -> Vec<String> {
    let mut cells = vec![
        match service.kind {
            Kind::Pack => "CPU",
            Kind::Copy => "disk",
        }
        .to_owned(),
    ];
    cells.extend(
        service
            .crowd
            .as_ref()
            .map_or_else(Default::default, |crowd| {
                [
                    crowd.answered,
                    crowd.late + crowd.gave_up,
                    crowd.busy.len() as u64,
                ]
                .map(|number| number.to_string())
            }),
    );
    let visits = Spread::of(service.visits.took.iter().copied());
    cells.extend(visits.map_or_else(Default::default, |took| [took.p50, took.p90].map(millis)));
    cells
}

fn act_cells(act: &Act) -> [String; 4] {
    let late = Spread::of(act.ticks.iter().map(|tick| tick.late)).unwrap_or_default();
    let [p99, max] = [late.p99, late.max].map(millis);
    [
        p99,
        max,
        act.bodies.to_string(),
        format!("{:.1}", act.lasted.as_secs_f64()),
    ]
}
