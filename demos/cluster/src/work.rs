//! The caller: makes a call for each picture and keeps the state of the calls.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use offload_examples::say::path;
use thumbs::{THUMBS, thumbnail};
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};

use crate::{
    board::{Board, NodeRow},
    command::Options,
    pictures::{Picture, read, write},
    processes::{Fleet, State},
};

/// The state that all parts of the show share.
#[derive(Clone)]
pub(crate) struct Known {
    board: Arc<Mutex<Board>>,
    begun: Instant,
    /// The number of events printed so far.
    told: Arc<AtomicUsize>,
    /// Told when no node is going to be killed in the middle any more.
    pub(crate) is_past_middle: Arc<Notify>,
}

impl Known {
    pub(crate) fn new(pictures: usize) -> Self {
        let board = Board {
            pictures,
            ..Board::default()
        };
        Self {
            board: Arc::new(Mutex::new(board)),
            begun: Instant::now(),
            told: Arc::default(),
            is_past_middle: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The current state.
    pub(crate) fn now(&self) -> Board {
        let stats = THUMBS.stats();
        let mut board = self.lock();
        board.elapsed = self.begun.elapsed();
        board.calls = (stats.queued, stats.running);
        board.lost = (stats.lost, stats.retried);
        board.clone()
    }

    /// Records an event.
    pub(crate) fn event(&self, text: String) {
        self.lock().events.push(text);
    }

    /// The events that were not returned before, to be printed.
    pub(crate) fn untold(&self) -> Vec<String> {
        let board = self.lock();
        let told = self.told.swap(board.events.len(), Ordering::Relaxed);
        board.events[told..].to_vec()
    }

    /// Takes over what is known of the node processes.
    pub(crate) fn members(&self, fleet: &Fleet) {
        let mut board = self.lock();
        for (at, member) in fleet.members.iter().enumerate() {
            if at == board.nodes.len() {
                board.nodes.push(NodeRow {
                    name: member.name.clone(),
                    process: member.process,
                    ..NodeRow::default()
                });
            }
            let row = &mut board.nodes[at];
            row.state = match member.state {
                State::Alive if row.slots.is_some() => "serves",
                State::Alive => "starts",
                State::Killed => "killed",
                State::Ended => "ended",
            };
            if member.state != State::Alive {
                row.slots = None;
            }
        }
    }

    /// Asks the cluster repeatedly.
    pub(crate) async fn ask(self) {
        loop {
            if let Ok(nodes) = THUMBS.nodes().await {
                let mut board = self.lock();
                for row in &mut board.nodes {
                    let process = row.process.to_string();
                    let is_it =
                        |(name, value): &(String, String)| name == "process" && *value == process;
                    let node = nodes.iter().find(|node| node.labels.iter().any(is_it));
                    if let Some(node) = node.filter(|_| !matches!(row.state, "killed" | "ended")) {
                        row.slots = Some((node.busy, node.slots));
                        row.done = node.done;
                        row.state = "serves";
                    }
                }
            }
            let queue = THUMBS.depth().await;
            self.lock().queue = queue.unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// How many calls are made or wait in this process at once. No more pictures than these are in memory.
const AT_ONCE: usize = 64;

/// Makes all thumbnails.
pub(crate) async fn all(pictures: Vec<Picture>, options: Options, known: Known) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut calls = JoinSet::new();
    let last_quarter = pictures.len() * 3 / 4;
    for (at, picture) in pictures.into_iter().enumerate() {
        if at == last_quarter {
            // On a busy machine all could be made before the node is killed.
            known.is_past_middle.notified().await;
        }
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let (known, out) = (known.clone(), options.out.clone());
        calls.spawn(async move {
            let end = one(&picture, options.edge, out).await;
            drop(place);
            let mut board = known.lock();
            match end {
                Ok(attempt) => {
                    board.made += 1;
                    if attempt > 1 {
                        board.rerun.push(picture.name());
                    }
                }
                Err(text) => {
                    board.failed += 1;
                    board.events.push(format!("{}: {text}", picture.name()));
                }
            }
        });
    }
    while calls.join_next().await.is_some() {}
}

/// Makes one thumbnail, and returns the number of the attempt.
async fn one(picture: &Picture, edge: u32, out: Option<PathBuf>) -> Result<u32, String> {
    let bytes = read(picture).await.map_err(|error| error.to_string())?;
    let made = thumbnail(&bytes, edge).await;
    let (small, attempt) = made.map_err(|error| error.to_string())?;
    if let Some(folder) = out {
        let target = picture.target(&folder);
        let written = write(&target, &small).await;
        written.map_err(|error| format!("{}: {error}", path(&target)))?;
    }
    Ok(attempt)
}
