//! Does each job both ways, in turns, and notes how long a call took.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use offload_examples::progress::Progress;

use crate::{
    listing::Listing,
    ways::{Job, Way},
};

/// One job: what a call took in each round, in nanoseconds, by way.
pub(crate) struct Row {
    pub(crate) job: Job,
    /// Calls in a round of one way.
    pub(crate) calls: usize,
    pub(crate) offload: Vec<f64>,
    pub(crate) tokio: Vec<f64>,
}

/// What failed, and at which file.
type Failure = (PathBuf, io::Error);

/// All jobs. The ones that change something begin with copies and end without any.
pub(crate) async fn all(
    listing: &Listing,
    place: &Path,
    at_least: Duration,
) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<_> = Job::ALL.map(|job| Row::new(job, listing)).into();
    let progress = Progress::new("rounds", None);
    // One round that does not count, so that the page cache is equally warm for both.
    round(&mut rows, listing, place, Way::Tokio).await?;
    rows.iter_mut().for_each(Row::clear);
    let start = Instant::now();
    let mut turn = Way::ALL;
    while start.elapsed() < at_least || rows[0].offload.len() < LEAST {
        // Each way is first in every other round.
        turn.reverse();
        let mut found = Vec::new();
        for way in turn {
            found.push(round(&mut rows, listing, place, way).await?);
        }
        if found[0] != found[1] {
            let changed = io::Error::other("files below changed while they were read");
            return Err((listing.dirs[0].clone(), changed));
        }
        progress.step();
    }
    Ok(rows)
}

/// The least number of rounds for a median and a spread.
const LEAST: usize = 5;

/// Runs every job once, one way. The results of both ways are compared.
async fn round(
    rows: &mut [Row],
    listing: &Listing,
    place: &Path,
    way: Way,
) -> Result<Vec<u64>, Failure> {
    let mut found = Vec::new();
    for row in rows {
        let paths = row.paths(listing);
        let start = Instant::now();
        for (number, path) in paths.iter().enumerate() {
            let copy = place.join(format!("{number}.copy"));
            let outcome = row.job.with(way, path, &copy).await;
            found.push(outcome.map_err(|error| (path.clone(), error))?);
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand paths")]
        let each = start.elapsed().as_secs_f64() * 1e9 / paths.len() as f64;
        row.times(way).push(each);
    }
    Ok(found)
}

impl Row {
    fn new(job: Job, listing: &Listing) -> Self {
        let calls = match job {
            Job::ReadDir => listing.dirs.len(),
            _ => listing.files.len(),
        };
        Self {
            job,
            calls,
            offload: Vec::new(),
            tokio: Vec::new(),
        }
    }

    fn paths<'a>(&self, listing: &'a Listing) -> &'a [PathBuf] {
        match self.job {
            Job::ReadDir => &listing.dirs,
            _ => &listing.files,
        }
    }

    const fn times(&mut self, way: Way) -> &mut Vec<f64> {
        match way {
            Way::Offload => &mut self.offload,
            Way::Tokio => &mut self.tokio,
        }
    }

    fn clear(&mut self) {
        self.offload.clear();
        self.tokio.clear();
    }
}
