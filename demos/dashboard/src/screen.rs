//! The live picture, until the user quits.

use std::{
    io,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers},
};

use crate::{command::Command, draw::draw, ends::Ends, observe::Observer, work::Work};

/// Why the picture ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The user has quit, or the time is over.
    Seen,
    /// Ctrl-C, or a signal from outside.
    Stopped,
}

/// Shows the work until the user, a signal or the time ends it. Restores the terminal, also after a panic.
pub(crate) fn show(command: &Command, work: &Work, ends: &Ends) -> io::Result<End> {
    let mut terminal = ratatui::try_init()?;
    let shown = run(&mut terminal, command, work, ends);
    ratatui::try_restore()?;
    shown
}

fn run(
    terminal: &mut DefaultTerminal,
    command: &Command,
    work: &Work,
    ends: &Ends,
) -> io::Result<End> {
    let mut observer = Observer::new(LATELY);
    let began = Instant::now();
    let mut next = began;
    while command.lasting.is_none_or(|limit| began.elapsed() < limit) {
        next += REFRESH;
        if let Some(end) = end_by_key(next)? {
            return Ok(end);
        }
        if ends.are_there() {
            return Ok(End::Stopped);
        }
        let view = observer.look(title(work, began.elapsed()));
        terminal.draw(|frame| draw(frame, &view))?;
        // After a pause, such as a laptop that slept, missed frames are not drawn.
        next = next.max(Instant::now());
    }
    Ok(End::Seen)
}

/// Waits until that time, unless a key ends the program.
fn end_by_key(until: Instant) -> io::Result<Option<End>> {
    while event::poll(until.saturating_duration_since(Instant::now()))? {
        if let Event::Key(key) = event::read()?
            && let Some(end) = end_of(key)
        {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// Reads a key. In this mode Ctrl-C is a key like any other.
fn end_of(key: KeyEvent) -> Option<End> {
    match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(End::Stopped),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(End::Seen),
        _ => None,
    }
}

fn title(work: &Work, since: Duration) -> String {
    let now = work.now();
    let [at_once, done, failed] =
        [&now.at_once, &now.done, &now.failed].map(|number| number.load(Ordering::Relaxed));
    let failed = match failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    format!(
        "{} s: {at_once} handfuls of files at work, {done} done{failed}; times: last {} s",
        since.as_secs(),
        LATELY.as_secs()
    )
}

const REFRESH: Duration = Duration::from_millis(250);
const LATELY: Duration = Duration::from_secs(5);
