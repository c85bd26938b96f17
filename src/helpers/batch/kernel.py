"""A kernel without a process: papermill's engine that runs cells where it is called.

The *engine* `here` runs a notebook's cells in this very process, a fork of one that has
already imported what notebooks import. Cells go through the shell of ipykernel, and what
it would send goes to nbclient's own reader of messages: a cell's outputs are those that
plain papermill keeps. Printing more than `MOST_PRINTED` signs stops a notebook.
"""

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets import Any as AnyTrait
from traitlets.config import Config

ENGINE = "here"
MOST_PRINTED = 10_000_000
COLUMNS = 20  # of a frame that pandas shows in a kernel
Message = dict[str, Any]


class OutputError(RuntimeError):
    """A notebook printed more than anybody will read."""


class _Session(Session):
    """Hands a kernel's messages to a function in place of a socket."""

    receive: Callable[[Message], None] = AnyTrait()  # type: ignore[assignment]

    def send(self, stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
        """Hand over a message, or make one of a type and a content."""
        content = kwargs.get("content") or (args[0] if args else None)
        message = self.msg(msg_or_type, content) if isinstance(msg_or_type, str) else msg_or_type
        self.receive(message)


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, name: str, session: _Session, descriptor: int) -> None:
        self.name, self._session, self._descriptor, self._printed = name, session, descriptor, 0
        self._waiting: list[str] = []

    def write(self, text: str) -> int:
        """Take a text, until there is too much of it."""
        self._printed += len(text)
        if self._printed > MOST_PRINTED:
            raise OutputError(
                f"The notebook printed more than {MOST_PRINTED:,} signs. Print less in it."
            )
        self._waiting.append(text)
        return len(text)

    def flush(self) -> None:
        """Send on what was written, as a kernel does before it displays and after a cell."""
        text = "".join(self._waiting)
        self._waiting.clear()
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text})

    def fileno(self) -> int:
        """Return where programs that a cell starts write to: the log."""
        return self._descriptor


class _Client(PapermillNotebookClient):  # type: ignore[misc] # papermill states no types
    """Runs cells in a shell of this process."""

    shell: Any = AnyTrait()

    def execute(self, **_: Any) -> NotebookNode:
        """Run every cell, as papermill does."""
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = IPythonKernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:
        """Run one cell and keep its outputs; a process that it forked off ends with it."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        process = os.getpid()
        cell.outputs, self.clear_before_next_output = [], False
        session = self.shell.displayhook.session
        session.receive = lambda message: self.process_message(message, cell, cell_index)
        cell.execution_count = self.shell.execution_count
        done = self.shell.run_cell(cell.source, store_history=True)
        sys.stdout.flush()
        sys.stderr.flush()
        if os.getpid() != process:
            os._exit(0)
        error = done.error_before_exec or done.error_in_exec
        if not done.success and "raises-exception" not in cell.metadata.get("tags", []):
            said = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
            raise CellExecutionError.from_cell_and_msg(cell, said)
        return cell


class _Here(Engine):  # type: ignore[misc] # papermill states no types
    """Papermill's engine that needs no kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> NotebookNode:
        """Run a notebook's cells in the shell of this process."""
        return _Client(nb_man, kernel_name=kernel_name, shell=shell()).execute()


def shell() -> ZMQInteractiveShell:
    """Return this process's shell, made when first asked for."""
    quiet = Config({"HistoryManager": {"enabled": False}})
    return ZMQInteractiveShell.instance(config=quiet)


def capture() -> tuple[_Stream, _Stream]:
    """Have the shell's outputs captured; return what stands for standard output and error.

    pandas, imported before there was a shell, takes this for a terminal and would show frames
    otherwise than in a kernel.
    """
    pd.set_option("display.max_columns", COLUMNS)
    session, made = _Session(), shell()
    parts: tuple[Any, ...] = (made.displayhook, made.display_pub)
    for part in parts:
        part.session = session
    return _Stream("stdout", session, 1), _Stream("stderr", session, 2)


def register() -> None:
    """Tell papermill of the engine `here`."""
    papermill_engines.register(ENGINE, _Here)
