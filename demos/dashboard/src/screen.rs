//! The live picture, until somebody has seen enough.

use std::{
    io,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers},
};

use crate::{command::Command, draw::draw, observe::Observer, work::Work};

/// Shows the work until a key ends it, or the time is over. Leaves the terminal as it was, also in a panic.
pub(crate) fn show(command: &Command, work: &Work) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let shown = run(&mut terminal, command, work);
    ratatui::try_restore()?;
    shown
}

fn run(terminal: &mut DefaultTerminal, command: &Command, work: &Work) -> io::Result<()> {
    let mut observer = Observer::new(LATELY);
    let began = Instant::now();
    let mut next = began;
    while command.lasting.is_none_or(|limit| began.elapsed() < limit) {
        next += REFRESH;
        if wants_to_quit(next)? {
            break;
        }
        let view = observer.look(title(work, began.elapsed()));
        terminal.draw(|frame| draw(frame, &view))?;
        // After a pause, as of a laptop that slept, there is nothing to catch up with.
        next = next.max(Instant::now());
    }
    Ok(())
}

/// Waits until then, unless a key comes that ends the program.
fn wants_to_quit(until: Instant) -> io::Result<bool> {
    while event::poll(until.saturating_duration_since(Instant::now()))? {
        if let Event::Key(key) = event::read()?
            && quits(key)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// In this mode Ctrl-C is a key as any other.
fn quits(key: KeyEvent) -> bool {
    let interrupt = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    interrupt || matches!(key.code, KeyCode::Char('q' | 'Q') | KeyCode::Esc)
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
