//! Calls through a real server, to nodes in other processes.

mod calls;
mod chaos;
mod ends;
mod errors;
mod functions;
mod hostile;
mod kit;
mod node;
mod nodes;
mod rules;
