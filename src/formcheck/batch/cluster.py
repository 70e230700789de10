"""Run a batch on a Dask cluster (extra `formcheck[cluster]`).

Only paths and small records are transferred; workers read the clips and write the results in
folders that every machine sees under the same path (docs/cluster.md). A Dask worker passes each
job to a separate process, as a batch on one machine does, so a crash, a hang or excessive
memory use affects only that clip; the clips of a lost worker are processed by others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import current_process
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from formcheck import __version__
from formcheck.batch.jobs import ClipJob
from formcheck.batch.pool import (
    ClipLimits,
    Outcome,
    Perform,
    Work,
    analyze_job,
    failure,
    guarded,
    outcome_of,
    worker_pool,
)
from formcheck.errors import FormCheckError, MissingLibrary, UsageError

if TYPE_CHECKING:
    from formcheck.batch.run import Batch

CONNECT_TIMEOUT_S = 10
WORKERS_TIMEOUT_S = 20
RETRIES = 3
PLUGIN = "formcheck-processes"
ABOUT = "See docs/cluster.md."

try:
    from distributed import Client, LocalCluster, WorkerPlugin, as_completed, get_worker
except ImportError as error:
    raise MissingLibrary("A cluster needs an optional part: pip install 'formcheck[cluster]'") from error


@contextmanager
def cluster_workers(
    address: str, batch: Batch, workers: int, limits: ClipLimits | None = None, work: Work = analyze_job
) -> Iterator[Perform]:
    """Provide a `Perform` that runs on the cluster at `address`, or on one started here for "local".

    Raises
    ------
    UsageError
        If no scheduler answers, there is no worker, or a worker runs another version or
        does not see the folders.
    """
    with connected(address, workers) as client:
        check_workers(client, batch)
        client.register_plugin(Processes(limits or ClipLimits()), name=PLUGIN)
        try:
            yield partial(_performed, client, batch.out.resolve(), work)
        finally:
            client.unregister_worker_plugin(PLUGIN)


@contextmanager
def connected(address: str, workers: int) -> Iterator[Any]:
    """Connect to a scheduler, or start one here that ends with the block."""
    if address == "local":
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_TIMEOUT_S)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise UsageError(f"No scheduler answers at {address}. {ABOUT}") from error
    with client:
        yield client


class Processes(WorkerPlugin):
    """Worker processes for the clips of one Dask worker: one for each of its threads."""

    def __init__(self, limits: ClipLimits):
        self.limits = limits

    def setup(self, worker: Any) -> None:
        """Start the processes with the worker."""
        # Dask forbids its workers to have children that could outlive them; these end by themselves.
        current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        self.pool = worker_pool(worker.state.nthreads, self.limits)

    def teardown(self, worker: Any) -> None:
        """End the processes with the worker."""
        self.pool.stop()
        self.pool.join()


Facts = tuple[str, tuple[tuple[str, str], ...]]


def facts() -> Facts:
    """Return this process's FormCheck version and model checksums."""
    from formcheck.weights import installed_models

    return __version__, tuple((model.name, model.sha256) for model in installed_models())


def sees(path: str) -> bool:
    """Return whether this process sees a path."""
    return Path(path).exists()


def check_workers(client: Any, batch: Batch) -> None:
    """Raise UsageError unless every worker runs the same version and sees the clips and the results."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_TIMEOUT_S)
    except TimeoutError as error:
        raise UsageError(f"The scheduler has no workers. {ABOUT}") from error
    here = facts()
    for worker, there in client.run(facts, on_error="return").items():
        if isinstance(there, BaseException):
            raise UsageError(f"Worker {worker} cannot run FormCheck ({there}). {ABOUT}")
        if there != here:
            raise UsageError(f"Worker {worker} {differs(there, here)}. {ABOUT}")
    check_paths(client, batch)


def differs(there: Facts, here: Facts) -> str:
    """Return how a worker differs from this machine."""
    if there[0] != here[0]:
        return f"runs FormCheck {there[0]}, this machine {here[0]}"
    return "has other model files than this machine"


def check_paths(client: Any, batch: Batch) -> None:
    """Raise UsageError unless every worker sees the same folders: the same name is not enough."""
    mark = batch.out.resolve() / f".seen-{uuid4().hex}"
    mark.touch(exist_ok=False)
    try:
        for what, path in (("the clips", batch.folder.resolve()), ("the results", mark)):
            for worker, there in client.run(sees, str(path)).items():
                if not there:
                    raise UsageError(
                        f"Worker {worker} does not see the folder of {what}: it must be shared, under the "
                        f"same path on every machine. {ABOUT}"
                    )
    finally:
        mark.unlink()


def _performed(client: Any, out: Path, work: Work, jobs: Sequence[ClipJob]) -> Iterator[Outcome]:
    """Yield the outcome of each job as it ends; the jobs of a lost worker go to another one."""
    here = facts()
    futures = {
        client.submit(on_worker, work, job, str(out), here, pure=False, retries=RETRIES): job for job in jobs
    }
    for future in as_completed(list(futures)):
        yield gathered(future, futures.pop(future))
        future.release()


def gathered(future: Any, job: ClipJob) -> Outcome:
    """Wait for a job's outcome; it is computed again if the worker that held it is lost."""
    try:
        result: Outcome = future.result()
        return result
    except FormCheckError as error:
        return failure(job, str(error))
    except Exception as error:  # noqa: BLE001  one clip without workers must not cost the others
        return failure(job, f"The workers were lost on this clip ({type(error).__name__}).")


def on_worker(work: Work, job: ClipJob, out: str, wanted: Facts) -> Outcome:
    """Run a job in a separate process of this Dask worker."""
    there = facts()
    if there != wanted:  # a worker that joined after the check
        raise UsageError(f"The worker {differs(there, wanted)}. {ABOUT}")
    processes: Any = get_worker().plugins[PLUGIN]
    time_limit = processes.limits.time_s
    future = processes.pool.schedule(guarded, args=(work, job, out, 1), timeout=time_limit)
    return outcome_of(future, job, processes.limits)
