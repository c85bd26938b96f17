"""Who runs the authors of a batch: threads with workers of their own, or Dask.

Dask's workers must see the project, the exports and the batch's folder under the same
paths. An author whose worker dies is run again elsewhere.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

from helpers.batch import author, workers
from helpers.batch.author import Outcome, Row
from helpers.batch.plan import Job

LOCAL = "local"
RETRIES = 2
Notify = Callable[[Row], None]
Outcomes = Iterator[tuple[Job, Outcome]]


def outcomes(jobs: list[Job], scheduler: str | None, count: int, notify: Notify) -> Outcomes:
    """Run every author; yield each with what became of it, as soon as it is known."""
    if not jobs:
        return iter(())
    return _dask(jobs, scheduler, count, notify) if scheduler else _here(jobs, count, notify)


def _here(jobs: list[Job], count: int, notify: Notify) -> Outcomes:
    pool = ThreadPoolExecutor(count)
    workers.begin()
    try:
        asked = {pool.submit(author.run, job, notify): job for job in jobs}
        for future in as_completed(asked):
            yield asked[future], _outcome(asked[future], future)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        workers.end_all()
        pool.shutdown()


def _dask(jobs: list[Job], scheduler: str, count: int, notify: Notify) -> Outcomes:
    import distributed  # noqa: PLC0415 # a second that other batches need not spend

    place: dict[str, Any] = {"address": scheduler}
    if scheduler == LOCAL:
        place = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(**place) as client:  # type: ignore[no-untyped-call]
        asked = {client.submit(author.run, job, retries=RETRIES, pure=False): job for job in jobs}
        for future in distributed.as_completed(asked):  # type: ignore[no-untyped-call]
            job = asked[future]
            outcome = _outcome(job, future)
            for row in outcome.rows:
                notify(row)
            yield job, outcome


def _outcome(job: Job, future: Any) -> Outcome:
    """Return what an author's run returned, or the rows of one that ended by an error."""
    error = future.exception()
    if error is None:
        return future.result()
    return author.run(replace(job, refusal=f"{type(error).__name__}: {error}"))
