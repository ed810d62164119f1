//! Figures that differ from round to round.

/// A median, and how far the figures spread around it.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) mid: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// The quartiles, or none of nothing.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<_> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        Some(Self {
            low: figures[last / 4],
            mid: f64::midpoint(figures[last / 2], figures[last - last / 2]),
            high: figures[last - last / 4],
        })
    }
}
