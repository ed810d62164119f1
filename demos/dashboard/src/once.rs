//! The same as plain text, once.

use std::{fmt::Write as _, sync::atomic::Ordering, thread, time::Duration};

use offload_examples::{
    say::{count, say},
    table::Table,
};

use crate::{
    command::Command,
    observe::Observer,
    text::{COLUMNS, numbers},
    view::{Row, View},
    work::Work,
};

/// Lets the work run for a while, then prints what happened since the observer started.
pub(crate) fn show(command: &Command, work: &Work, mut observer: Observer) {
    let lasting = command.lasting.unwrap_or(ENOUGH);
    // At least until the work has results, even if the time is short.
    let done =
        || work.now().done.load(Ordering::Relaxed) + work.now().failed.load(Ordering::Relaxed);
    thread::sleep(lasting);
    while done() == 0 {
        thread::sleep(AGAIN);
    }
    let title = format!("{} of files in {lasting:?}.", count(done(), "handful"));
    say(plain(&observer.look(title)));
}

const ENOUGH: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_millis(20);

fn plain(view: &View) -> String {
    let mut text = format!("{}\n\n", view.title);
    for (title, rows) in [("pool", &view.pools), ("function", &view.functions)] {
        let _ = writeln!(text, "{}", table(title, rows));
    }
    for report in &view.blocked {
        let _ = writeln!(text, "Blocked: {report}.");
    }
    for advice in &view.advice {
        let _ = writeln!(text, "Advice: {advice}.");
    }
    text
}

fn table(title: &str, rows: &[Row]) -> Table {
    let mut table = Table::new([title].into_iter().chain(COLUMNS.map(|(title, _)| title)));
    for row in rows {
        table.row([row.name.clone()].into_iter().chain(numbers(row)));
    }
    table
}
