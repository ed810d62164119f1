//! The words and the tables that `sandbox` prints.

use std::{collections::BTreeMap, time::Duration};

use offload_examples::{
    say::count,
    spread::{Spread, millis},
    table::Table,
};

use super::{
    Workers,
    client::Upload,
    decoders::{MEMORY, PROCESSES, TIME},
    files::File,
};

/// What will be uploaded.
pub(crate) fn heading(files: &[File], rounds: usize) -> String {
    format!(
        "{} for {PROCESSES} worker processes, each file {}, all at once. {TIME:?} and {} MiB for each.\n",
        count(files.len() * rounds, "upload"),
        count(rounds, "time"),
        MEMORY >> 20,
    )
}

/// Printed before the workers start to die: their own messages come next, and are not from this program.
pub(crate) const WORKERS_SPEAK: &str = "\
What follows on the standard error stream is from the workers: panics and overflows on purpose.
Nothing else notices them.
";

/// The result of each file: the first answer, how many were like it, and the longest wait for one, time in the queue included.
pub(crate) fn uploads(files: &[File], uploads: &[Upload]) -> String {
    let mut by_file: BTreeMap<usize, Vec<&Upload>> = BTreeMap::new();
    for upload in uploads {
        by_file.entry(upload.file).or_default().push(upload);
    }
    let mut table = Table::new(["file", "what it is", "came to", "times", "bytes", "s"]);
    table = table.flush_left(3);
    for (file, uploads) in by_file {
        let File {
            name, what, bytes, ..
        } = &files[file];
        let answer = uploads.first().map_or("", |upload| &upload.answer);
        let alike = uploads
            .iter()
            .filter(|upload| kind(&upload.answer) == kind(answer));
        let longest = uploads.iter().map(|upload| upload.took).max();
        table.row([
            shortened(name, NAME),
            (*what).to_owned(),
            shortened(answer, ANSWER),
            format!("{}/{}", alike.count(), uploads.len()),
            bytes.len().to_string(),
            format!("{:.2}", longest.unwrap_or_default().as_secs_f64()),
        ]);
    }
    table.to_string()
}

/// An answer without the parts that differ between workers.
fn kind(answer: &str) -> &str {
    answer.split_once(", pid ").map_or(answer, |(kind, _)| kind)
}

/// The good files after the hostile ones.
pub(crate) fn afterwards(files: &[File], uploads: &[Upload]) -> String {
    let fine = uploads.iter().filter(|upload| is_expected(files, upload));
    format!(
        "Then the good files again: {} of {} decoded.",
        fine.count(),
        uploads.len()
    )
}

/// How fast the service answered pings meanwhile.
pub(crate) fn pings(took: &[Duration]) -> String {
    Spread::of(took.iter().copied()).map_or_else(String::new, |spread| {
        format!(
            "Meanwhile the one async thread answered {}: p50 {} ms, p99 {} ms, {} ms at most.",
            count(took.len(), "ping"),
            millis(spread.p50),
            millis(spread.p99),
            millis(spread.max)
        )
    })
}

/// How many workers were started and ended, and that none is left.
pub(crate) fn workers(workers: &Workers) -> String {
    let stats = &workers.stats;
    let left = match workers.left.len() {
        0 => "none of them is left".to_owned(),
        _ => format!("still there: {}", list(&workers.left)),
    };
    format!(
        "Workers: {} at first, {} at the end.\n\
         {} started in all, {} died by themselves, {} were killed. The pool is closed: {left}.",
        list(&workers.before),
        list(&workers.after),
        stats.started,
        stats.died,
        stats.timed_out,
    )
}

fn list(pids: &[u32]) -> String {
    let pids: Vec<_> = pids.iter().map(|pid| format!("pid {pid}")).collect();
    pids.join(" and ")
}

/// What the files would do without worker processes.
pub(crate) const WITHOUT: &str = "
Decoded in the service itself, deep.svg and bomb.png would abort it, marker.jpg would end it with
code 3, with all that was in flight; endless.run would keep a thread until the service is restarted.
Only the panic could be caught.";

/// The unexpected results; empty if there are none.
pub(crate) fn unexpected<'a>(files: &[File], uploads: impl Iterator<Item = &'a Upload>) -> String {
    let wrong = uploads.filter(|upload| !is_expected(files, upload));
    let line = |upload: &Upload| {
        let File { name, expected, .. } = &files[upload.file];
        format!(
            "\nNot as expected: {name}: {:?}, and not {expected:?}.",
            upload.answer
        )
    };
    wrong.map(line).collect()
}

fn is_expected(files: &[File], upload: &Upload) -> bool {
    upload.answer.starts_with(files[upload.file].expected)
}

/// Shortens a text: names and messages have any length.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 3).chain("...".chars()).collect()
}

/// The widths of names and answers, so that the table fits in 100 columns.
const NAME: usize = 11;
const ANSWER: usize = 41;
