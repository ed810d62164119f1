//! Nothing here: this package holds targets only.
