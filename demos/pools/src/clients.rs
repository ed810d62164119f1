//! Crowds of clients that send requests all the time, and visitors that send one now and then.

use std::{
    io,
    ops::AddAssign,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

use crate::{
    house::House,
    request::{Kind, Reply, Way},
};

/// How long a client waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_millis(250);
/// After how long a client that got "busy" comes back.
pub(crate) const RETRY: Duration = Duration::from_millis(50);
/// One of this many clients stays when the queue is full.
pub(crate) const WHO_STAYS: usize = 20;
/// How often a visitor sends a request.
const VISIT: Duration = Duration::from_millis(10);

/// The results of the requests of some clients.
#[derive(Default)]
pub(crate) struct Tally {
    /// Answers that came in time.
    pub(crate) answered: u64,
    /// Answers that came after the client's time limit, because the runtime did not get to the clock of the client either.
    pub(crate) late: u64,
    /// How long each refusal took.
    pub(crate) busy: Vec<Duration>,
    /// Clients that left without an answer.
    pub(crate) gave_up: u64,
    /// Clients that found the queue full and waited, with any result.
    pub(crate) stayed: u64,
    pub(crate) failed: u64,
    /// Why the first of those failed.
    pub(crate) why: Option<io::Error>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.answered += other.answered;
        self.late += other.late;
        self.busy.extend(other.busy);
        self.gave_up += other.gave_up;
        self.stayed += other.stayed;
        self.failed += other.failed;
        self.why = self.why.take().or(other.why);
    }
}

/// Clients who all come at once, and go on asking until the end; then the bodies they left behind come to theirs.
pub(crate) async fn crowd(
    (way, kind): (Way, Kind),
    size: usize,
    house: Arc<House>,
    end: Instant,
) -> Tally {
    let clients: JoinSet<_> = (0..size)
        .map(|number| {
            client(
                (way, kind),
                number % WHO_STAYS == 0,
                Arc::clone(&house),
                end,
            )
        })
        .collect();
    let mut total = Tally::default();
    for tally in clients.join_all().await {
        total += tally;
    }
    total
}

async fn client((way, kind): (Way, Kind), stays: bool, house: Arc<House>, end: Instant) -> Tally {
    let mut tally = Tally::default();
    let mut left_behind = Vec::new();
    while Instant::now() < end {
        let asked = Instant::now();
        let told = house.request(kind).ask(way, stays, PATIENCE).await;
        tally.stayed += u64::from(stays && told.was_full);
        match told.reply {
            Reply::Answer if asked.elapsed() > PATIENCE => tally.late += 1,
            Reply::Answer => tally.answered += 1,
            Reply::Busy(after) => {
                tally.busy.push(after);
                time::sleep(RETRY).await;
            }
            Reply::Nothing(body) => {
                tally.gave_up += 1;
                left_behind.extend(body);
            }
            Reply::Failed(why) => {
                tally.failed += 1;
                tally.why.get_or_insert(why);
                time::sleep(RETRY).await;
            }
        }
    }
    for body in left_behind {
        // Nobody needs its result; that is what this scene shows.
        let _ = body.await;
    }
    tally
}

/// What the visits of one visitor took.
#[derive(Default)]
pub(crate) struct Visits {
    pub(crate) took: Vec<Duration>,
    /// Why the last of those that failed did.
    pub(crate) why: Option<io::Error>,
}

/// Sends one request at a time, and waits without a limit.
pub(crate) async fn visitor(way: Way, kind: Kind, house: Arc<House>, end: Instant) -> Visits {
    let mut visits = Visits::default();
    let mut next = time::interval(VISIT);
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < end {
        next.tick().await;
        let asked = Instant::now();
        let done = house.request(kind).done(way).await;
        visits.took.push(asked.elapsed());
        visits.why = done.err().or(visits.why);
    }
    visits
}
