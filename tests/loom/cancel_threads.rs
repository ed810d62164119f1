//! The threads that run cancel actions, in every order of what can happen to them. All of it happens under one lock, so that the
//! orders of these steps are all there is to see, and they are gone through without threads.

use std::collections::VecDeque;

use crate::call::cancel_threads::{CancelThreads, Need};

/// The rules, and where the threads are.
#[derive(Clone)]
struct Scene {
    threads: CancelThreads<u32>,
    /// Work that is still to come.
    coming: VecDeque<u32>,
    /// Threads that were started and have not looked yet; whether each is late.
    started: Vec<bool>,
    idle: usize,
    /// Wake-ups that idle threads have not followed.
    notified: usize,
    /// Threads in an action, which may never end.
    acting: usize,
    done: Vec<u32>,
    refusals: usize,
}

impl Scene {
    fn new(work: u32, refusals: usize) -> Self {
        Self {
            threads: CancelThreads::new(2),
            coming: (0..work).collect(),
            started: Vec::new(),
            idle: 0,
            notified: 0,
            acting: 0,
            done: Vec::new(),
            refusals,
        }
    }

    fn satisfy(&mut self, need: Need) {
        match need {
            Need::Nothing => {}
            // Whoever does not wait is not woken.
            Need::Wake => self.notified = (self.notified + 1).min(self.idle),
            Need::Start { late } => self.started.push(late),
        }
    }

    /// A thread looks for work.
    fn look(&mut self) {
        if let Some((work, need)) = self.threads.take() {
            self.done.push(work);
            self.acting += 1;
            self.satisfy(need);
        } else {
            self.threads.begin_idle();
            self.idle += 1;
        }
    }

    fn stop_waiting(&mut self, long: bool) {
        self.idle -= 1;
        if !self.threads.end_idle(long) {
            self.look();
        }
    }

    /// Every scene that can follow from this one.
    fn next(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut step = |step: &dyn Fn(&mut Self)| {
            let mut scene = self.clone();
            step(&mut scene);
            all.push(scene);
        };
        if !self.coming.is_empty() {
            step(&|scene| {
                let work = scene.coming.pop_front().unwrap();
                let need = scene.threads.push(work);
                scene.satisfy(need);
            });
        }
        for index in 0..self.started.len() {
            step(&|scene| {
                if scene.started.remove(index) {
                    scene.threads.has_waited();
                }
                scene.look();
            });
            if self.refusals > 0 {
                step(&|scene| {
                    scene.refusals -= 1;
                    let late = scene.started.remove(index);
                    let left = scene.threads.refused(late);
                    scene.done.extend(left);
                });
            }
        }
        if self.notified > 0 {
            // Its time may have been over when it was woken.
            for long in [false, true] {
                step(&|scene| {
                    scene.notified -= 1;
                    scene.stop_waiting(long);
                });
            }
        }
        if self.idle > self.notified {
            step(&|scene| scene.stop_waiting(true));
        }
        if self.acting > 0 {
            step(&|scene| {
                scene.acting -= 1;
                scene.look();
            });
        }
        all
    }

    /// Whether a thread will look for work, though no action should ever end.
    fn somebody_comes(&self) -> bool {
        !self.started.is_empty() || self.notified > 0
    }

    fn explore(&self, seen: &mut usize, check: &dyn Fn(&Self)) {
        *seen += 1;
        check(self);
        self.next()
            .iter()
            .filter(|scene| scene.idle < 3 && scene.acting + scene.idle < 5)
            .for_each(|scene| scene.explore(seen, check));
    }
}

/// How many pieces of work have come and are not begun.
fn waiting(scene: &Scene, work: usize) -> usize {
    work - scene.coming.len() - scene.done.len()
}

#[test]
fn work_that_waits_is_come_to_though_no_action_ends() {
    let mut seen = 0;
    Scene::new(4, 0).explore(&mut seen, &|scene| {
        assert!(waiting(scene, 4) == 0 || scene.somebody_comes());
        assert!(scene.done.is_sorted(), "in the order of arrival");
        let late = scene.started.iter().filter(|late| **late).count();
        assert!(late <= 1, "one looks whether the others come to it");
        let prompt = scene.started.len() - late;
        assert!(prompt <= 2, "more than take work at once");
    });
    assert!(seen > 1000, "{seen}");
}

#[test]
fn all_work_is_done_once_also_where_threads_are_refused() {
    let mut seen = 0;
    Scene::new(3, 2).explore(&mut seen, &|scene| {
        let mut done = scene.done.clone();
        done.sort_unstable();
        done.dedup();
        assert_eq!(done.len(), scene.done.len());
        let rests = scene.acting == 0 && !scene.somebody_comes() && scene.coming.is_empty();
        assert!(!rests || waiting(scene, 3) == 0);
    });
    assert!(seen > 1000, "{seen}");
}
