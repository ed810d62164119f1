//! The live picture, and its keys.

use std::{io, time::Duration};

use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    style::Stylize as _,
    text::Line,
    widgets::Paragraph,
};
use tokio::sync::mpsc::UnboundedSender;

use crate::{board::Board, work::Known};

/// The command of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Quit,
    Kill,
    Add,
}

/// Shows the board until the receiver of the keys is gone. Restores the terminal, also after a panic.
pub(crate) fn show(known: &Known, keys: &UnboundedSender<Key>) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let shown = run(&mut terminal, known, keys);
    ratatui::try_restore()?;
    shown
}

fn run(
    terminal: &mut DefaultTerminal,
    known: &Known,
    keys: &UnboundedSender<Key>,
) -> io::Result<()> {
    while !keys.is_closed() {
        draw(terminal, &known.now())?;
        if event::poll(Duration::from_millis(100))?
            && let Event::Key(event) = event::read()?
            && let Some(key) = key(event)
        {
            // If the receiver is gone, the show has ended.
            let _ = keys.send(key);
        }
    }
    Ok(())
}

fn draw(terminal: &mut DefaultTerminal, board: &Board) -> io::Result<()> {
    let draw = |frame: &mut ratatui::Frame<'_>| {
        let area = frame.area();
        let lines = board.picture(area.width.into(), area.height.into());
        let last = lines.len().saturating_sub(1);
        let lines = lines.into_iter().enumerate().map(|(at, text)| match at {
            0 => Line::from(text).bold(),
            at if at == last => Line::from(text).dim(),
            _ => Line::from(text),
        });
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), area);
    };
    terminal.draw(draw).map(drop)
}

/// Reads a key. In this mode Ctrl-C is a key like any other.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    match event.code {
        KeyCode::Char('c') if event.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Quit),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(Key::Quit),
        KeyCode::Char('k' | 'K') => Some(Key::Kill),
        KeyCode::Char('a' | 'A' | '+') => Some(Key::Add),
        _ => None,
    }
}
