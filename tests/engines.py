"""Engines that hold events elsewhere: a PostgreSQL of our own, and a small cluster of Spark.

`make test-engines` installs what speaks to them. The server of PostgreSQL and Java are the
machine's; without them a test is skipped, and says so.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLUSTER = "local-cluster[2,1,1024]"  # workers, cores and MiB of each
NOBODY = 65534
UNINSTALLED = "{} is not installed: run `make test-engines`"


def _programs() -> Path:
    """Return the folder of PostgreSQL's own programs."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not kept:
        pytest.skip("no PostgreSQL server: install postgresql")
    return Path(found).parent if found else kept[-1].parent


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL for as long as it is asked; yield its address."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip(UNINSTALLED.format("psycopg"))
    programs, port = _programs(), _port()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    alone: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        alone = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        os.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = ["pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"]
    makes = ["initdb", "-D", data, "-U", "tester", "-A", "trust"]
    stop = ["pg_ctl", "-D", data, "-m", "immediate", "stop"]

    def run(command: list[str | Path]) -> None:
        words = [str(programs / command[0]), *map(str, command[1:])]
        done = subprocess.run(
            [*alone, *words], check=False, capture_output=True, text=True, cwd="/"
        )
        assert 0 == done.returncode, done.stderr

    run(makes)
    run(start)
    try:
        yield f"postgres://tester@127.0.0.1:{port}/postgres"
    finally:
        run(stop)
        shutil.rmtree(folder)


@contextmanager
def spark() -> Iterator[str]:
    """Run a cluster of two workers on this machine for as long as it is asked."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip(UNINSTALLED.format("pyspark"))
    if not shutil.which("java"):
        pytest.skip("no Java: install default-jre-headless")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        builder = SparkSession.builder.master(CLUSTER).config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "4")
        session = builder.config("spark.sql.warehouse.dir", folder).getOrCreate()
        try:
            yield "pyspark://"
        finally:
            session.stop()
