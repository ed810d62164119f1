//! What calls to worker processes do, one module for each side of it.

mod kit;

mod workers {
    mod calls;
    mod cancel;
    mod closing;
    mod codec;
    mod crash;
    mod elsewhere;
    mod limits;
    mod program;
    mod retries;
    mod runtimes;
    mod shutdown;
    mod stalls;
    mod start;
    mod surroundings;
    mod texts;
    mod watchers;
}
