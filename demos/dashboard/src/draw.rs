//! The picture: a table of pools, a table of functions, the functions that block workers, and advice.

use ratatui::{
    Frame,
    layout::{Alignment, Constraint, Layout, Rect},
    style::{Color, Style, Stylize as _},
    text::Line,
    widgets::{Block, BorderType, Cell, Paragraph, Row as Cells, Table, Wrap},
};

use crate::{
    text::{COLUMNS, numbers, shortened, spark},
    view::{Row, View},
};

/// Draws everything.
pub(crate) fn draw(frame: &mut Frame<'_>, view: &View) {
    let area = frame.area();
    if area.width < LEAST_WIDTH || area.height < 1 + LEAST_TABLE {
        let text = Paragraph::new("make the window larger").wrap(Wrap { trim: true });
        return frame.render_widget(text, area);
    }
    let [title, pools, functions, blocked, advice] =
        Layout::vertical(heights(view, area).map(Constraint::Length)).areas(area);
    let (text, quit) = (format!(" {}", view.title), "q quits ");
    let width = usize::from(title.width);
    if text.chars().count() + quit.len() < width {
        let quit = Line::from(quit).alignment(Alignment::Right).dim();
        frame.render_widget(quit, title);
    }
    let text = Line::from(shortened(&text, width)).bold();
    frame.render_widget(text, title);
    table(frame, pools, [" pools ", "waiting"], &view.pools);
    table(frame, functions, [" functions ", "ended"], &view.functions);
    texts(frame, blocked, " blocked workers ", &view.blocked);
    texts(frame, advice, " advice ", &view.advice);
}

/// The heights of all parts. On a small screen numbers come before texts, and pools before the rest.
fn heights(view: &View, area: Rect) -> [u16; 5] {
    let lines = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let wanted = |rows: &[Row]| lines(rows.len()).saturating_add(LEAST_TABLE - 1);
    let mut left = area.height - 1;
    let pools = wanted(&view.pools).min(left);
    left -= pools;
    let functions = wanted(&view.functions).min(SOME_FUNCTIONS);
    // All of a text or none of it.
    let mut text = |texts: &[String]| {
        let height = lines(text_lines(texts, area.width));
        let fits = height.saturating_add(functions) <= left;
        left -= if fits { height } else { 0 };
        if fits { height } else { 0 }
    };
    let (advice, blocked) = (text(&view.advice), text(&view.blocked));
    let functions = if left < LEAST_TABLE { 0 } else { left };
    [1, pools, functions, blocked, advice]
}

fn texts(frame: &mut Frame<'_>, area: Rect, title: &'static str, texts: &[String]) {
    let lines = texts.iter().map(|text| Line::from(text.as_str()));
    let lines = Paragraph::new(lines.collect::<Vec<_>>()).wrap(Wrap { trim: true });
    frame.render_widget(lines.block(block(title)), area);
}

const BORDERS: usize = 2;
/// The borders of a table, its titles, and one row.
const LEAST_TABLE: u16 = 4;
/// With less there is no number beside a name.
const LEAST_WIDTH: u16 = 20;
/// What a table of functions has before texts do.
const SOME_FUNCTIONS: u16 = 10;
/// The fewest numbers in which something can be seen to come and go.
const LEAST_GRAPH: u16 = 10;
const MOST_NAME: u16 = 34;
/// What a name has before the less important numbers.
const LEAST_NAME: u16 = 8;

/// The number of lines it takes, with some room for words that wrap.
fn text_lines(texts: &[String], width: u16) -> usize {
    let width = usize::from(width.saturating_sub(12)).max(1);
    let lines = texts
        .iter()
        .map(|text| text.chars().count().div_ceil(width));
    match lines.sum() {
        0 => 0,
        lines => lines + BORDERS,
    }
}

fn table(frame: &mut Frame<'_>, area: Rect, [title, graph]: [&'static str; 2], rows: &[Row]) {
    if area.height < LEAST_TABLE {
        return;
    }
    let inside = area.width.saturating_sub(2);
    let (all, shown) = (rows.len(), usize::from(area.height + 1 - LEAST_TABLE));
    let title = if shown < all {
        format!(" {shown} of {all}{title}")
    } else {
        title.to_owned()
    };
    let columns = columns(rows, inside.saturating_sub(LEAST_NAME));
    let taken: u16 = columns.iter().map(|(_, width)| width + 1).sum();
    // The name gets the width that the numbers leave, and the graph too if there is enough.
    let left = inside.saturating_sub(taken);
    let name = MOST_NAME.min(left.saturating_sub(LEAST_GRAPH + 2).max(left / 2));
    let room = left.saturating_sub(name + 2);
    let room = if room < LEAST_GRAPH { 0 } else { room };
    let name = if room == 0 { left } else { name };
    let titles = columns
        .iter()
        .map(|(column, _)| right(COLUMNS[*column].0.to_owned()));
    let header = [Cell::from("")]
        .into_iter()
        .chain(titles)
        .chain([Cell::from(format!(" {graph}"))]);
    let widths = [name]
        .into_iter()
        .chain(columns.iter().map(|(_, width)| *width))
        // Without a graph there is no column for it, which would take space from the numbers.
        .chain((room > 0).then_some(room + 1));
    let rows = rows.iter().map(|row| {
        let name = fitting(&row.name, usize::from(name.saturating_sub(1)));
        cells(row, &name, &columns, usize::from(room))
    });
    let table = Table::new(rows, widths.map(Constraint::Length))
        .header(Cells::new(header).dim())
        .block(block(title));
    frame.render_widget(table, area);
}

/// The columns that fit, and their widths. A number is shown with all its digits or not at all.
fn columns(rows: &[Row], room: u16) -> Vec<(usize, u16)> {
    let rows: Vec<_> = rows.iter().map(numbers).collect();
    let width = |column: usize| {
        let texts = rows.iter().map(|row| row[column].chars().count());
        let widest = texts.max().and_then(|width| u16::try_from(width).ok());
        COLUMNS[column].1.max(widest.unwrap_or(0))
    };
    let mut left = room;
    let mut fitting: Vec<_> = IMPORTANCE
        .map(|column| (column, width(column)))
        .into_iter()
        .take_while(|(_, width)| {
            let fits = *width < left;
            left = left.saturating_sub(width + 1);
            fits
        })
        .collect();
    fitting.sort_unstable();
    fitting
}

/// The columns that stay if there is no room for all: those named first.
const IMPORTANCE: [usize; COLUMNS.len()] = [0, 1, 3, 5, 2, 4, 6];

fn cells(row: &Row, name: &str, columns: &[(usize, u16)], room: usize) -> Cells<'static> {
    let busy = row.limit.is_some_and(|limit| row.running >= limit as u64);
    let color = |column: usize| match column {
        0 if busy => Style::new().fg(Color::Yellow),
        0 if row.running > 0 => Style::new().fg(Color::Green),
        1 if row.waiting > 0 => Style::new().fg(Color::Yellow),
        _ => Style::new(),
    };
    let texts = numbers(row);
    let numbers = columns
        .iter()
        .map(|(column, _)| right(texts[*column].clone()).style(color(*column)));
    let graph = Cell::from(format!(" {}", spark(&row.history, room))).cyan();
    Cells::new(
        [Cell::from(format!(" {name}")).bold()]
            .into_iter()
            .chain(numbers)
            .chain([graph]),
    )
}

/// The name of a function, without its module if both together are too long.
fn fitting(name: &str, room: usize) -> String {
    match name.rsplit_once("::") {
        Some((_, function)) if name.chars().count() > room => shortened(function, room),
        _ => shortened(name, room),
    }
}

fn right(text: String) -> Cell<'static> {
    Cell::from(Line::from(text).alignment(Alignment::Right))
}

fn block(title: impl Into<Line<'static>>) -> Block<'static> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(Style::new().dim())
        .title(title)
}
