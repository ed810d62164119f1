//! Behaviour tests, one module for each group of promises.
