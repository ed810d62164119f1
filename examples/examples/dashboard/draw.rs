//! The picture: a table of pools, a table of functions, and what the numbers suggest.

use ratatui::{
    Frame,
    layout::{Alignment, Constraint, Layout, Rect},
    style::{Color, Style, Stylize as _},
    text::Line,
    widgets::{Block, BorderType, Cell, Paragraph, Row as Cells, Table, Wrap},
};

use crate::{
    text::{COLUMNS, numbers, spark},
    view::{Row, View},
};

/// Draws everything.
pub(crate) fn draw(frame: &mut Frame<'_>, view: &View) {
    let lines = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let [title, pools, functions, advice] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(lines(view.pools.len() + BORDERS + 1)),
        Constraint::Fill(1),
        Constraint::Length(lines(advice_lines(view, frame.area().width))),
    ])
    .areas(frame.area());
    let quit = Line::from("q quits ").alignment(Alignment::Right).dim();
    frame.render_widget(Line::from(format!(" {}", view.title)).bold(), title);
    frame.render_widget(quit, title);
    table(frame, pools, [" pools ", "waiting"], &view.pools);
    table(frame, functions, [" functions ", "ended"], &view.functions);
    let texts = view.advice.iter().map(|text| Line::from(text.as_str()));
    let texts = Paragraph::new(texts.collect::<Vec<_>>()).wrap(Wrap { trim: true });
    frame.render_widget(texts.block(block(" advice ")), advice);
}

const BORDERS: usize = 2;
/// The fewest numbers in which something can be seen to come and go.
const LEAST_GRAPH: u16 = 10;
const MOST_NAME: u16 = 34;

/// How many lines it takes, with some room for words that go to the next line.
fn advice_lines(view: &View, width: u16) -> usize {
    let width = usize::from(width.saturating_sub(12)).max(1);
    let lines = view
        .advice
        .iter()
        .map(|text| text.chars().count().div_ceil(width));
    match lines.sum() {
        0 => 0,
        lines => lines + BORDERS,
    }
}

fn table(frame: &mut Frame<'_>, area: Rect, [title, graph]: [&'static str; 2], rows: &[Row]) {
    let numbers: u16 = COLUMNS.iter().map(|(_, width)| width + 1).sum();
    // What borders and numbers leave is for the name, and for the graph if there is enough.
    let left = area.width.saturating_sub(numbers + 2);
    let name = MOST_NAME.min(left.saturating_sub(LEAST_GRAPH + 2).max(left / 2));
    let room = left.saturating_sub(name + 2);
    let room = if room < LEAST_GRAPH { 0 } else { room };
    let name = if room == 0 { left } else { name };
    let titles = COLUMNS.map(|(title, _)| right(title.to_owned()));
    let header = [Cell::from("")]
        .into_iter()
        .chain(titles)
        .chain([Cell::from(format!(" {graph}"))]);
    let widths = [name]
        .into_iter()
        .chain(COLUMNS.map(|(_, width)| width))
        .chain([room + 1]);
    let rows = rows
        .iter()
        .map(|row| cells(row, usize::from(name.saturating_sub(1)), usize::from(room)));
    let table = Table::new(rows, widths.map(Constraint::Length))
        .header(Cells::new(header).dim())
        .block(block(title));
    frame.render_widget(table, area);
}

fn cells(row: &Row, name: usize, room: usize) -> Cells<'static> {
    let busy = row.limit.is_some_and(|limit| row.running >= limit as u64);
    let color = |column: usize| match column {
        0 if busy => Style::new().fg(Color::Yellow),
        0 if row.running > 0 => Style::new().fg(Color::Green),
        1 if row.waiting > 0 => Style::new().fg(Color::Yellow),
        _ => Style::new(),
    };
    let numbers = numbers(row).into_iter().enumerate();
    let numbers = numbers.map(|(column, text)| right(text).style(color(column)));
    let graph = Cell::from(format!(" {}", spark(&row.history, room))).cyan();
    Cells::new(
        [Cell::from(format!(" {}", fitting(&row.name, name))).bold()]
            .into_iter()
            .chain(numbers)
            .chain([graph]),
    )
}

/// The name of a function without its module, where both are too long.
fn fitting(name: &str, room: usize) -> &str {
    match name.rsplit_once("::") {
        Some((_, function)) if name.chars().count() > room => function,
        _ => name,
    }
}

fn right(text: String) -> Cell<'static> {
    Cell::from(Line::from(text).alignment(Alignment::Right))
}

fn block(title: &'static str) -> Block<'static> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(Style::new().dim())
        .title(title)
}
