//! Nothing: the examples of this package are in `examples/`.
