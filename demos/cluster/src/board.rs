//! The state of the show, and its text in lines.

use std::time::Duration;

/// One moment of the show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    /// The number of pictures.
    pub(crate) pictures: usize,
    /// The number of thumbnails made.
    pub(crate) made: usize,
    /// The number of thumbnails that could not be made.
    pub(crate) failed: usize,
    /// Calls that wait in the queue of the server.
    pub(crate) queue: u64,
    /// The calls of this process that wait, and those that a node has.
    pub(crate) calls: (u64, u64),
    /// How often a call lost its node, and how often a call was given to another node.
    pub(crate) lost: (u64, u64),
    /// The thumbnails that needed a second attempt.
    pub(crate) rerun: Vec<String>,
    /// All nodes, including those that have ended.
    pub(crate) nodes: Vec<NodeRow>,
    /// The events, the latest last.
    pub(crate) events: Vec<String>,
    /// The time since the start.
    pub(crate) elapsed: Duration,
}

/// A node.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeRow {
    /// Its name in the show.
    pub(crate) name: String,
    /// Its process.
    pub(crate) process: u32,
    /// Its state, in a word.
    pub(crate) state: &'static str,
    /// Its occupied slots and all its slots, if it answers.
    pub(crate) slots: Option<(usize, usize)>,
    /// How many bodies have ended there.
    pub(crate) done: u64,
}

impl Board {
    /// The pictures that are finished, with or without a thumbnail.
    pub(crate) fn over(&self) -> usize {
        self.made + self.failed
    }

    /// The state in one line, for the output without a live picture.
    pub(crate) fn line(&self) -> String {
        let nodes: Vec<_> = self.nodes.iter().map(NodeRow::short).collect();
        format!(
            "{:>5.1} s  {} of {} made, {} in the queue, {} running, {} lost, {} run again  |  {}",
            self.elapsed.as_secs_f64(),
            self.made,
            self.pictures,
            self.queue,
            self.calls.1,
            self.lost.0,
            self.lost.1,
            nodes.join("  ")
        )
    }

    /// The summary at the end.
    pub(crate) fn summary(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "{} of {} thumbnails in {:.1} s, {} failed",
                self.made,
                self.pictures,
                self.elapsed.as_secs_f64(),
                self.failed
            ),
            format!(
                "{} calls lost their node, {} were run again",
                self.lost.0, self.lost.1
            ),
        ];
        if !self.rerun.is_empty() {
            lines.push(format!(
                "made at a second attempt: {}",
                self.rerun.join(", ")
            ));
        }
        lines
    }

    /// A picture of this many lines and columns. If it is small, the most important lines are shown.
    pub(crate) fn picture(&self, width: usize, height: usize) -> Vec<String> {
        let (made, of) = (self.made, self.pictures);
        let (queue, (_, running)) = (self.queue, self.calls);
        let (lost, again) = self.lost;
        let seconds = self.elapsed.as_secs();
        let title = fit(
            width,
            &[
                format!(
                    "{made} of {of} thumbnails, {} failed, {seconds} s",
                    self.failed
                ),
                format!("{made} of {of} made"),
                format!("{made}/{of}"),
            ],
        );
        let counts = fit(
            width,
            &[
                format!(
                    "calls: {queue} in the queue, {running} running, {lost} lost, {again} run again"
                ),
                format!("queue {queue} run {running} lost {lost} again {again}"),
                format!("q {queue} lost {lost}"),
            ],
        );
        let keys = fit(
            width,
            &[
                "q quits   k kills a node   a adds a node".to_owned(),
                "q k a".to_owned(),
            ],
        );
        let mut lines = vec![title, counts];
        let room = height.saturating_sub(3);
        lines.extend(self.node_lines(width, room));
        let room = height.saturating_sub(lines.len() + 2);
        let from = self.events.len().saturating_sub(room);
        if room > 0 && !self.events.is_empty() {
            lines.push(String::new());
            let events = self.events[from..].iter();
            lines.extend(events.map(|event| fit(width, std::slice::from_ref(event))));
        }
        lines.truncate(height.saturating_sub(1).max(1));
        if height > 1 {
            lines.resize(height - 1, String::new());
            lines.push(keys);
        }
        lines
    }

    /// The nodes for which there is room, living ones first, and the number of the others.
    fn node_lines(&self, width: usize, room: usize) -> Vec<String> {
        let mut nodes: Vec<_> = self.nodes.iter().collect();
        if nodes.len() > room {
            nodes.sort_by_key(|node| node.slots.is_none());
            let shown = room.saturating_sub(1);
            let more = nodes.len() - shown;
            nodes.truncate(shown);
            let mut lines: Vec<_> = nodes.into_iter().map(|node| node.fitting(width)).collect();
            if room > 0 {
                lines.push(fit(
                    width,
                    &[format!("and {more} more nodes"), format!("+{more}")],
                ));
            }
            return lines;
        }
        nodes.into_iter().map(|node| node.fitting(width)).collect()
    }
}

impl NodeRow {
    fn short(&self) -> String {
        match self.slots {
            Some((busy, slots)) => format!("{} {busy}/{slots} {} done", self.name, self.done),
            None => format!("{} {}", self.name, self.state),
        }
    }

    fn fitting(&self, width: usize) -> String {
        let slots = self
            .slots
            .map_or_else(String::new, |(busy, slots)| format!("{busy}/{slots}"));
        let bar = self.slots.map_or_else(String::new, |(busy, slots)| {
            "#".repeat(busy) + &".".repeat(slots.saturating_sub(busy))
        });
        fit(
            width,
            &[
                format!(
                    "{:<9} process {:<8} {:<7} {slots:>5} {bar:<8} {:>6} done",
                    self.name, self.process, self.state, self.done
                ),
                format!(
                    "{:<9} {:<7} {slots:>5} {:>6} done",
                    self.name, self.state, self.done
                ),
                format!("{} {} {slots}", self.name, self.state),
                self.name.clone(),
            ],
        )
    }
}

/// The first of these texts that fits, or else the last one, cut and marked as cut.
fn fit(width: usize, texts: &[String]) -> String {
    let fits = |text: &&String| text.chars().count() <= width;
    if let Some(text) = texts.iter().find(fits) {
        return text.clone();
    }
    let last = texts.last().map_or("", String::as_str);
    let mut cut: String = last.chars().take(width.saturating_sub(1)).collect();
    if width > 0 {
        cut.push('…');
    }
    cut
}
