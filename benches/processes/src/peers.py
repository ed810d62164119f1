"""Measures one of Python's process pools: reads lines like `echo 1024 100`, answers with nanoseconds."""

import collections
import os
import signal
import statistics
import sys
import time


def nothing():
    return None


def echo(data):
    return data


def length(data):
    return len(data)


def compute_for_ever():
    while True:
        pass


def make(kind):
    """A pool of one process, and how a call is submitted to it."""
    if kind == "ProcessPoolExecutor":
        from concurrent.futures import ProcessPoolExecutor

        pool = ProcessPoolExecutor(max_workers=1)
        return pool, pool.submit, lambda: pool.shutdown()
    if kind == "loky":
        from loky import ProcessPoolExecutor

        pool = ProcessPoolExecutor(max_workers=1)
        return pool, pool.submit, lambda: pool.shutdown()
    from pebble import ProcessPool

    pool = ProcessPool(max_workers=1)

    def submit(function, *arguments):
        return pool.schedule(function, args=arguments)

    def close():
        pool.stop()
        pool.join()

    return pool, submit, close


def middle(times):
    return int(statistics.median(times))


def one_by_one(submit, calls, *call):
    times = []
    warm_up = calls // 10 + 1
    for _ in range(warm_up + calls):
        start = time.perf_counter_ns()
        submit(*call).result()
        times.append(time.perf_counter_ns() - start)
    return middle(times[warm_up:])


def in_flight(submit, calls, window):
    on_way = collections.deque()
    start = time.perf_counter_ns()
    for _ in range(calls):
        if len(on_way) == window:
            on_way.popleft().result()
        on_way.append(submit(nothing))
    while on_way:
        on_way.popleft().result()
    return (time.perf_counter_ns() - start) // calls


def start_one(kind):
    start = time.perf_counter_ns()
    _, submit, close = make(kind)
    submit(nothing).result()
    elapsed = time.perf_counter_ns() - start
    close()
    return elapsed


def kill_one(kind):
    _, submit, close = make(kind)
    pid = submit(os.getpid).result()
    call = submit(compute_for_ever)
    time.sleep(0.05)
    start = time.perf_counter_ns()
    os.kill(pid, signal.SIGKILL)
    try:
        call.result()
    except Exception:
        elapsed = time.perf_counter_ns() - start
    close()
    return elapsed


def main():
    kind = sys.argv[1]
    _, submit, close = make(kind)
    print("ready", flush=True)
    for line in sys.stdin:
        word, size, calls = line.split()
        size, calls = int(size), int(calls)
        if word == "nothing":
            found = one_by_one(submit, calls, nothing)
        elif word == "in_flight":
            in_flight(submit, calls // 10 + 1, size)
            found = in_flight(submit, calls, size)
        elif word == "echo":
            found = one_by_one(submit, calls, echo, bytes(size))
        elif word == "one_way":
            found = one_by_one(submit, calls, length, bytes(size))
        elif word == "start":
            found = middle([start_one(kind) for _ in range(calls)])
        else:
            found = middle([kill_one(kind) for _ in range(calls)])
        print(found, flush=True)
    close()


if __name__ == "__main__":
    main()
