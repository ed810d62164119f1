//! The builds to compare, and the surroundings of their tasks.

use crate::inside::Inside;

/// One column of figures: features of the library, and surroundings that use them.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) features: &'static str,
    pub(super) inside: Option<Inside>,
}

/// All of them. The others are compared with the first.
pub(super) const VARIANTS: [Variant; 8] = [
    variant("off", "", None),
    variant("`stats`", "stats", None),
    variant("`tracing`, no subscriber", "tracing", None),
    variant("`tracing`, in a span", "tracing", Some(Inside::Span)),
    variant(
        "`tracing`, and a span for each call",
        "tracing",
        Some(Inside::CallSpan),
    ),
    variant("one task-local carried", "", Some(Inside::TaskLocal)),
    variant("`thread-names`", "thread-names", None),
    variant(
        "`stats`, `tracing`, `thread-names`",
        "stats,tracing,thread-names",
        None,
    ),
];

const fn variant(name: &'static str, features: &'static str, inside: Option<Inside>) -> Variant {
    Variant {
        name,
        features,
        inside,
    }
}
