//! Medians and quartiles.

/// Where the middle of some figures lies, and how far they spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// A quarter of the figures is below.
    pub(crate) low: f64,
    /// The median.
    pub(crate) mid: f64,
    /// A quarter of the figures is above.
    pub(crate) high: f64,
}

impl Spread {
    /// Of these figures, if there are any.
    pub(crate) fn of(mut figures: Vec<f64>) -> Option<Self> {
        figures.retain(|figure| figure.is_finite());
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        Some(Self {
            low: figures[last / 4],
            mid: f64::midpoint(figures[last / 2], figures[last - last / 2]),
            high: figures[last - last / 4],
        })
    }
}
