"""Workers: the fork servers that a process keeps, lent to whoever runs an author.

A worker that dies is replaced, and what it was asked is asked of another, `TRIES` times.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

TRIES = 3
INLINE = "module://matplotlib_inline.backend_inline"  # as a kernel has it
Worker = subprocess.Popen[str]
_idle: SimpleQueue[Worker] = SimpleQueue()
_lent_out: set[Worker] = set()
_is_ending = threading.Event()


class WorkerError(RuntimeError):
    """Workers died, one after the other, of the same order."""


def _started() -> Worker:
    command = [sys.executable, "-c", "from helpers.batch import server; server.main()"]
    pipe, environment = subprocess.PIPE, {"MPLBACKEND": INLINE} | os.environ
    return Worker(
        command, stdin=pipe, stdout=pipe, text=True, start_new_session=True, env=environment
    )


@contextlib.contextmanager
def _lent() -> Iterator[Worker]:
    try:
        worker = _idle.get_nowait()
    except Empty:
        worker = _started()
    _lent_out.add(worker)
    try:
        yield worker
    except BaseException:
        _end(worker)
        raise
    finally:
        _lent_out.discard(worker)
    _idle.put(worker)


def _end(worker: Worker) -> None:
    with contextlib.suppress(BrokenPipeError):
        worker.communicate()


def ask(order: dict[str, Any]) -> dict[str, Any]:
    """Have a worker run a notebook; return its answer: status, reason, seconds.

    Raises
    ------
    WorkerError
        If `TRIES` workers died of it.
    """
    for _ in range(TRIES):
        if _is_ending.is_set():
            break
        with contextlib.suppress(BrokenPipeError, EOFError), _lent() as worker:
            if worker.stdin is None or worker.stdout is None:
                raise EOFError
            worker.stdin.write(json.dumps(order) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
            if not line.endswith("\n"):
                raise EOFError
            return dict(json.loads(line))
    raise WorkerError(f"{TRIES} workers died of this notebook. Run it alone to see why.")


def end_all() -> None:
    """End every worker; those that are lent out in the middle of what they do."""
    _is_ending.set()
    for worker in list(_lent_out):
        worker.kill()
    with contextlib.suppress(Empty):
        while True:
            _end(_idle.get_nowait())


def begin() -> None:
    """Allow workers to be started."""
    _is_ending.clear()
