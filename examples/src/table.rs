//! Tables of plain text: the first column flush left, the others flush right.

use std::fmt;

use crate::terminal;

/// Rows of cells under a header, drawn by its `Display`; in a terminal that is too narrow, a few lines for each row.
///
/// ```
/// use offload_examples::table::Table;
///
/// let mut table = Table::new(["way", "seconds"]);
/// table.row(["direct", "5.00"]);
/// assert_eq!(table.to_string(), "  way     seconds\n  direct     5.00\n");
/// ```
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// A table with these column titles and no rows yet.
    pub fn new<T: Into<String>>(header: impl IntoIterator<Item = T>) -> Self {
        let mut table = Self {
            rows: Vec::new(),
            left: 1,
        };
        table.row(header);
        table
    }

    /// Sets the first `columns` columns, not just one, flush left: for words rather than numbers.
    #[must_use]
    pub fn flush_left(mut self, columns: usize) -> Self {
        self.left = columns;
        self
    }

    /// Adds a row below the others.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        };
        (0..columns)
            .map(|column| width(column).unwrap_or(0))
            .collect()
    }
}

impl Table {
    /// A line for each row.
    fn lines(&self, f: &mut fmt::Formatter<'_>, widths: &[usize]) -> fmt::Result {
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(widths).enumerate() {
                let cell = if column < self.left {
                    format!("  {cell:<width$}")
                } else {
                    format!("  {cell:>width$}")
                };
                line.push_str(&cell);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// A heading for each row, and below it each word with its title on a line, then the numbers with theirs on one.
    fn blocks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (titles, rows) = self.rows.split_first().unzip();
        let titles = titles.map_or(&[][..], Vec::as_slice);
        for row in rows.unwrap_or_default() {
            let cells = titles.iter().zip(row).enumerate();
            let mut cells = cells.filter(|(_, (_, cell))| !cell.is_empty());
            let Some((_, (_, heading))) = cells.next() else {
                continue;
            };
            writeln!(f, "  {heading}")?;
            let mut numbers = Vec::new();
            for (column, (title, cell)) in cells {
                match title.as_str() {
                    "" => writeln!(f, "    {cell}")?,
                    title if column < self.left => writeln!(f, "    {title}: {cell}")?,
                    title => numbers.push(format!("{title} {cell}")),
                }
            }
            if !numbers.is_empty() {
                writeln!(f, "    {}", numbers.join("  "))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let whole = widths.iter().map(|width| width + 2).sum::<usize>();
        if terminal::columns().is_none_or(|columns| whole <= columns) {
            self.lines(f, &widths)
        } else {
            self.blocks(f)
        }
    }
}
