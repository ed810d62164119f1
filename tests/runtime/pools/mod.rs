//! What pools and the other executors promise, one module for each group of promises.

mod actions;
mod asked_to_stop;
mod awaited_late;
mod block_on;
mod block_on_others;
mod circles;
mod close;
mod deep;
mod drops;
mod executor;
mod flood;
mod given_back;
mod hostile;
mod init;
mod inline;
mod kit;
mod leaving;
mod mixtures;
mod names;
mod nested;
mod offered;
mod own_calls;
mod owner;
mod owner_end;
mod owner_finish;
mod panics_outside_bodies;
mod queue;
mod races;
mod rayon;
mod refused_in_block_on;
mod relieved;
mod resize;
mod shared;
mod sizes;
mod spares;
mod stacks;
mod standstill;
mod thread_ends;
// Elsewhere the shell cannot limit the address space of a process.
#[cfg(target_os = "linux")]
mod threads_refused;
mod turns;
mod unawaited;
mod unwanted;
mod unwinds;
mod waited;
