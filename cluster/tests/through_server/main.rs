//! Calls through a real server, to nodes in other processes.

mod auto_traits;
mod callers;
mod calls;
mod carried;
mod chaos;
mod counted;
mod ends;
mod errors;
mod functions;
mod hostile;
mod kit;
mod leaf;
mod node;
mod nodes;
mod operators;
mod partitions;
mod process;
mod proxy;
mod rights;
mod rules;
mod secure;
mod separated;
mod servers;
mod slow;
mod streams;
mod two;
