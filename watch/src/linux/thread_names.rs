//! Which threads are no workers of a runtime, by their names. Where stacks have no names, nothing else tells.

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
};

use super::thread::{Tid, text};

/// How the threads of a runtime are named, and how many workers it has.
pub(crate) struct WorkerNames {
    worker: Arc<OnceLock<String>>,
    workers: usize,
}

/// What the system calls the calling thread.
pub(crate) fn own_name() -> Option<String> {
    text("/proc/thread-self/comm")
}

impl WorkerNames {
    pub(crate) fn new(worker: Arc<OnceLock<String>>, workers: usize) -> Self {
        Self { worker, workers }
    }

    /// Those of all threads of this process that are no workers of the runtime.
    pub(crate) fn strangers<'a>(&self, all: impl Iterator<Item = &'a Tid>) -> HashSet<Tid> {
        let Some(worker) = self.worker.get().filter(|_| self.workers > 0) else {
            return HashSet::new();
        };
        let name = |tid: &Tid| Some((*tid, text(format!("/proc/self/task/{tid}/comm"))?));
        strangers(
            worker,
            self.workers,
            &all.filter_map(name).collect::<Vec<_>>(),
        )
    }
}

/// The threads that are named otherwise than a worker, but for what counts them. If fewer threads than there are workers are named as that
/// one is, each has a name of its own, and none is known as a stranger.
fn strangers(worker: &str, workers: usize, all: &[(Tid, String)]) -> HashSet<Tid> {
    let worker = without_count(worker);
    let (same, others): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(_, name)| without_count(name) == worker);
    if same.len() < workers {
        return HashSet::new();
    }
    others.into_iter().map(|(tid, _)| *tid).collect()
}

/// The name without its digits, and without a last part of one or two letters, as in `web-b` and `web-1f`.
fn without_count(name: &str) -> String {
    let plain: String = name.chars().filter(|sign| !sign.is_ascii_digit()).collect();
    let last = plain.rfind(|sign: char| !sign.is_alphanumeric());
    let last = last.map_or(plain.len(), |at| at + 1);
    match plain.get(last..) {
        Some(count) if count.chars().count() <= 2 => plain[..last].to_owned(),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Tid, strangers};

    fn of(worker: &str, workers: usize, names: &[&str]) -> HashSet<Tid> {
        let all: Vec<_> = (1..).zip(names.iter().map(|it| (*it).to_owned())).collect();
        strangers(worker, workers, &all)
    }

    #[test]
    fn threads_with_other_names_are_no_workers() {
        let all = ["app", "tokio-rt-worker", "log", "tokio-rt-worker"];
        assert_eq!(of("tokio-rt-worker", 2, &all), [1, 3].into());
        let numbered = ["app", "web-1", "web-2", "web-10", "rayon-1"];
        assert_eq!(of("web-2", 3, &numbered), [1, 5].into());
        let lettered = ["app", "web-a", "web-b", "web-log", "rayon-a"];
        assert_eq!(of("web-b", 1, &lettered), [1, 4, 5].into());
        // Sixteen workers, and threads that may block have the same name.
        let counted: Vec<String> = (0..0x20).map(|it| format!("web-{it:x}")).collect();
        let counted: Vec<&str> = counted.iter().map(String::as_str).collect();
        assert!(of("web-4", 16, &counted).is_empty());
    }

    /// The user names each thread in its own way, or a thread has not set its name yet.
    #[test]
    fn names_say_nothing_if_not_all_workers_have_the_same() {
        assert!(of("anna", 2, &["app", "anna", "bert"]).is_empty());
        assert!(of("web-1", 3, &["app", "web-1", "web-2", "app"]).is_empty());
    }
}
