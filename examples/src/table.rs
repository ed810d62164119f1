//! Tables of plain text: the first column flush left, the others flush right.

use std::fmt;

/// Rows of cells under a header, drawn by its `Display`.
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

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
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
}
