"""The fork server: a process that has imported what notebooks import, and forks for each.

`main` reads an order a line from its standard input (JSON: the
notebook, where its executed copy goes, parameters, the log, limits) and answers each with
a line: status, reason, seconds. A notebook runs in a fork with a process group of its own,
which ends with it, however it ends; the page, where the notebook makes one, is made there
too. Where forks cannot be had, papermill starts a kernel.
"""

import ast
import functools
import importlib
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, TextIO

import nbformat
import numpy as np
import papermill
from traitlets.config import Config

from helpers import report
from helpers.batch import kernel, places

CAN_FORK = hasattr(os, "fork")
KERNEL = Config({"KernelManager": {"transport_encryption": "auto"}})
MOST_LOGGED = 50_000_000
LOOK_EVERY = 0.2
GB = 2**30
Order = dict[str, Any]
Answer = dict[str, Any]


def serve(orders: TextIO, answers: TextIO) -> None:
    """Answer every order until there are no more."""
    kernel.register()
    kernel.capture()
    for line in orders:
        order = json.loads(line)
        warm(imported(order["notebook"]))
        answer = supervise(order, orders) if CAN_FORK else run(order, None)
        warm(answer.pop("imported", []))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def warm(names: Iterable[str]) -> None:
    """Import installed modules for all forks to come; one that fails will fail in them too."""
    for name in names:
        if name.split(".")[0] in _installed():
            with suppress(Exception):
                importlib.import_module(name)


@functools.cache
def _installed() -> frozenset[str]:
    return frozenset({*packages_distributions(), "helpers"})


def imported(notebook: str) -> list[str]:
    """Return the modules that a notebook imports, as far as it can be read."""
    with suppress(OSError, ValueError, SyntaxError):
        content = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
        code = "\n".join(cell.source for cell in content.cells if cell.cell_type == "code")
        return _imported(code)
    return []


def _imported(code: str) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def run(order: Order, engine: str | None) -> Answer:
    """Run a notebook by papermill and say how it went."""
    started = time.perf_counter()
    answer = {"status": "done", "reason": ""}
    try:
        papermill.execute_notebook(
            order["notebook"],
            order["output"],
            parameters=order["parameters"],
            engine_name=engine,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            **({} if engine else {"config": KERNEL, "execution_timeout": order["timeout"]}),
        )
        places.clean(Path(order["output"]), order["parameters"])
        if order["page"]:
            report.publish(order["output"], Path(order["output"]).parent)
    except papermill.PapermillExecutionError as error:
        answer = {"status": "failed", "reason": f"{error.ename}: {error.evalue}"}
    except (papermill.PapermillException, RuntimeError, OSError, MemoryError) as error:
        answer = {"status": "failed", "reason": f"{type(error).__name__}: {error}"}
    reason = places.named(answer["reason"], order["parameters"])
    return answer | {"reason": reason, "seconds": time.perf_counter() - started}


def supervise(order: Order, orders: TextIO) -> Answer:
    """Run a notebook in a fork, within its limits, and end whatever it leaves running."""
    results, result = os.pipe()
    lifeline, life = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if not child:
        os.close(results)
        os.close(life)
        _be_the_notebook(order, result, lifeline)
    os.close(result)
    os.close(lifeline)
    try:
        said, reason = _wait(child, results, order, orders)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, code = os.waitpid(child, 0)
        os.close(results)
        os.close(life)
    if said.endswith(b"\n"):
        return json.loads(said)
    reason = reason or f"DeadKernelError: the notebook's process {_ended(code)}."
    return {"status": "failed", "reason": reason, "seconds": time.perf_counter() - started}


def _ended(code: int) -> str:
    if os.WIFSIGNALED(code):
        return f"was ended by signal {signal.Signals(os.WTERMSIG(code)).name}"
    return f"ended by itself with code {os.WEXITSTATUS(code)}"


def _wait(child: int, results: int, order: Order, orders: TextIO) -> tuple[bytes, str]:
    """Return what the fork said at its end, or why it was not left to reach one."""
    said, deadline = b"", time.monotonic() + order["timeout"]
    log = Path(order["log"])
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([results, orders.fileno()], [], [], LOOK_EVERY)
        if orders.fileno() in ready:
            raise SystemExit("The batch that asked for this has ended.")
        part = os.read(results, 1 << 16) if ready else b""
        said += part
        gone = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if (ready and not part) or (gone and not ready):
            return said, ""
        if time.monotonic() > deadline:
            return b"", f"TimeoutError: it was stopped after {order['timeout']:g} seconds."
        if log.exists() and log.stat().st_size > MOST_LOGGED:
            os.truncate(log, 0)
            return b"", f"OutputError: it wrote more than {MOST_LOGGED:,} bytes to its log."
    return said, ""


def _be_the_notebook(order: Order, result: int, lifeline: int) -> None:
    """Run the notebook in this fork, say how it went, and end."""
    code = 1
    try:
        os.setpgid(0, 0)
        threading.Thread(target=_end_with_parent, args=[lifeline], daemon=True).start()
        np.random.seed()  # noqa: NPY002 # forks would share one sequence
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        for descriptor in (1, 2):
            os.dup2(log, descriptor)
        _limit(order["memory"])
        sys.stdout, sys.stderr = kernel.capture()
        before = set(sys.modules)
        answer = run(order, kernel.ENGINE)
        answer["imported"] = sorted(set(sys.modules) - before)
        with os.fdopen(result, "wb") as file:
            file.write(json.dumps(answer).encode() + b"\n")
        code = 0
    finally:
        os._exit(code)


def _end_with_parent(lifeline: int) -> None:
    """Wait until the server is gone, then end this process and all that it started."""
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _limit(memory: float | None) -> None:
    if memory is not None:
        import resource  # noqa: PLC0415 # Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (int(memory * GB), int(memory * GB)))


def main() -> None:
    """Keep standard output for answers: whatever else is written goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, answers)
