//! The builds that are compared, and what their tasks run inside.

use crate::inside::Inside;

/// One column of figures, so to speak: features of the library, and a surrounding that uses them.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) features: &'static str,
    pub(super) inside: Option<Inside>,
}

/// All of them. The first is what the others are compared with.
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
