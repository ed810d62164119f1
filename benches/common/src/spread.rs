//! Medians and quartiles.

/// The median and the quartiles of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the figures is below.
    pub low: f64,
    /// The median.
    pub mid: f64,
    /// A quarter of the figures is above.
    pub high: f64,
}

impl Spread {
    /// Of these figures, if there are any.
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let figures = figures.into_iter();
        let mut figures: Vec<_> = figures.filter(|figure| figure.is_finite()).collect();
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)?;
        Some(Self {
            low: figures[last / 4],
            mid: f64::midpoint(figures[last / 2], figures[last - last / 2]),
            high: figures[last - last / 4],
        })
    }
}
