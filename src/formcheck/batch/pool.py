"""Analyse clips in separate processes and record the outcome of each.

Jobs → `perform` → an `Outcome` for each, written to OUT/.jobs/ as soon as it is known.
A crash, a hang or excessive memory use affects only that clip. The records are the only state:
after a kill, the next run reads them and processes what is missing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from itertools import count, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from formcheck.batch.jobs import ClipJob, key_of
from formcheck.errors import FormCheckError
from formcheck.files.atomic import sweep_leftovers, write_own_file
from formcheck.files.ownership import Protected, check_folder
from formcheck.files.places import known_fingerprints

FORMAT, VERSION = "formcheck-batch-job", 1
RECORDS = ".jobs"
ABOUT = ("format", "version", "sha256")  # in a record, besides the outcome
KILLED = -9  # exit code of a process ended by the system, on systems with signals
CLIPS_OF_A_WORKER = 100  # after this many clips it is replaced, so that memory leaks stay bounded


@dataclass(frozen=True)
class ClipLimits:
    """Limits for one clip; a clip that exceeds them is given up."""

    time_s: float = 1800.0
    memory_bytes: int = 8 << 30  # address space, not resident memory


@dataclass(frozen=True)
class Outcome:
    """The outcome of one clip."""

    name: str
    key: str
    state: str  # "measured" | "refused" | "failed"
    reason: str = ""  # why it was refused or failed
    folder: str = ""  # of the results, below the output folder
    frames: int = 0
    seconds: float = 0.0


Work = Callable[[ClipJob, str, int], Outcome]
"""Runs one job: (job, output folder, number of threads it may use)."""

Perform = Callable[[Sequence[ClipJob]], Iterator[Outcome]]
"""Runs jobs on this machine or on many; yields outcomes as they become known."""


def analyze_job(job: ClipJob, out: str, threads: int) -> Outcome:
    """Analyse one clip and write its folder, in the calling process."""
    from formcheck.export import write_results
    from formcheck.pipeline import analyze

    started = time.monotonic()
    settings = job.settings
    check_place(job, Path(out), Protected.of([Path(job.path)]))
    analysis = analyze(
        job.path, job.runner, view=settings.view, setting=settings.setting, capture_fps=settings.capture_fps,
        marks=settings.marks, model=settings.model, backend=settings.backend, precision=settings.precision,
        threads=threads,
    )  # fmt: skip
    write_results(analysis, job.path, Path(out) / job.folder, video=settings.video, threads=threads)
    state, reason = ("refused", analysis.refusal.reason) if analysis.refusal else ("measured", "")
    key, spent = key_of(job, analysis.clip.sha256), time.monotonic() - started
    return Outcome(job.name, key, state, reason, job.folder, analysis.clip.frames, round(spent, 3))


def check_place(job: ClipJob, out: Path, protected: Protected) -> None:
    """Check that a clip's results may be written; links below `out` are not followed.

    Raises
    ------
    UsageError, CannotWrite
    """
    folder = out / job.folder
    check_folder(folder, inputs=protected, made_of=known_fingerprints(folder, Path(job.path)), root=out)


def guarded(work: Work, job: ClipJob, out: str, threads: int) -> Outcome:
    """Run one job, turning errors caused by a clip into a failed outcome."""
    try:
        return work(job, out, threads)
    except FormCheckError as error:
        return failure(job, str(error))
    except MemoryError:
        return failure(job, "The clip needed more memory than one clip may have; see --memory.")
    except OSError as error:
        return failure(job, f"A file could not be read or written: {error.strerror or error}.")


def failure(job: ClipJob, reason: str) -> Outcome:
    """Return a failed outcome; its empty key matches no clip, so the clip will be tried again."""
    return Outcome(job.name, "", "failed", reason)


@contextmanager
def local_workers(
    out: Path, workers: int, limits: ClipLimits | None = None, work: Work = analyze_job
) -> Iterator[Perform]:
    """Provide a `Perform` that runs on this machine, `workers` processes at a time.

    Workers are kept between clips, so that libraries and models load once; a worker that dies
    or exceeds its time is replaced and its clip fails.
    """
    limits = limits or ClipLimits()
    pool = worker_pool(workers, limits)
    try:
        yield partial(_performed, pool, out, workers, limits, work)
    finally:
        pool.stop()
        pool.join()


def worker_pool(workers: int, limits: ClipLimits) -> ProcessPool:
    """Return processes that analyse clips within their limits and end with this process."""
    return ProcessPool(
        workers,
        max_tasks=CLIPS_OF_A_WORKER,
        initializer=be_a_worker,
        initargs=(limits.memory_bytes,),
        context=get_context("spawn"),
    )


def be_a_worker(memory_bytes: int) -> None:
    """Set up a worker process: its memory limit, its termination, and one thread for OpenCV."""
    import cv2

    limit_memory(memory_bytes)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End at once when the program that started this worker is killed, even in the middle of a clip."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def limit_memory(limit_bytes: int) -> None:
    """Cap this process's address space, so that one clip cannot exhaust the machine.

    No effect where the system has no such limit (Windows, macOS).
    """
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def _performed(
    pool: ProcessPool, out: Path, workers: int, limits: ClipLimits, work: Work, jobs: Sequence[ClipJob]
) -> Iterator[Outcome]:
    """Yield the outcome of each job as it ends.

    At most two jobs per worker are submitted, so memory does not grow with the number of
    clips; cores left idle by a lack of clips are shared among the running ones.
    """
    threads = max(1, workers // max(1, len(jobs)))
    waiting = iter(jobs)
    running: dict[Future[Outcome], ClipJob] = {}
    while True:
        for job in islice(waiting, 2 * workers - len(running)):
            future = pool.schedule(guarded, args=(work, job, str(out), threads), timeout=limits.time_s)
            running[future] = job
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for ended in done:
            yield outcome_of(ended, running.pop(ended), limits)


def outcome_of(future: Future[Outcome], job: ClipJob, limits: ClipLimits) -> Outcome:
    """Wait for a job and return its outcome, also if its process died."""
    try:
        return future.result()
    except TimeoutError:
        return failure(job, f"The clip was given up after {limits.time_s:.0f} s; see --time-limit.")
    except ProcessExpired as error:
        return failure(job, _why_it_died(error.exitcode))
    except Exception as error:  # noqa: BLE001  a defect of ours in one clip must not cost the others
        return failure(job, f"An unexpected fault stopped this clip: {type(error).__name__}: {error}")


def _why_it_died(exit_code: int) -> str:
    if exit_code == KILLED:
        return (
            "The system ended the program on this clip, as it does when memory runs out. "
            "Use fewer --jobs, or export the clip smaller."
        )
    return f"The program crashed on this clip (exit code {exit_code})."


def record(outcome: Outcome, out: Path) -> None:
    """Write the outcome of a job, so that no later run has to repeat it."""
    name = sha256(os.fsencode(outcome.name)).hexdigest()[:32]  # works for names of any content and length
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    paths = (out / RECORDS / f"{name}.json" for name in names)
    path = next(path for path in paths if not os.path.lexists(path) or _read_record(path))
    with write_own_file(path, generated=True) as file:
        file.write(_record_text(asdict(outcome)).encode())


def _record_text(data: Mapping[str, Any]) -> str:
    """Return a record with its own checksum, which reveals changes."""
    whole = {"format": FORMAT, "version": VERSION, **data}
    return json.dumps({**whole, "sha256": sha256(json.dumps(whole).encode()).hexdigest()}, indent=1)


def _read_record(path: Path) -> Outcome | None:
    """Return a record's content; None if it is not a record of this version or was changed."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        text = path.read_text(encoding="utf-8")
        data = {key: value for key, value in json.loads(text).items() if key not in ABOUT}
        if _record_text(data) == text and not path.is_symlink():
            return Outcome(**data)
    return None


def recorded(out: Path) -> dict[str, Outcome]:
    """Return the outcomes recorded by earlier runs, by clip name; unknown files are skipped."""
    records = map(_read_record, sorted((out / RECORDS).glob("[!.]*.json")))
    return {outcome.name: outcome for outcome in records if outcome is not None}


def outstanding(jobs: Sequence[ClipJob], out: Path) -> list[ClipJob]:
    """Return the jobs without a result, or with one for other content, settings or version.

    This includes clips that failed: the disk may have been full.
    """
    done = recorded(out)
    return [job for job in jobs if not _is_done(job, done.get(job.name), out)]


def _is_done(job: ClipJob, outcome: Outcome | None, out: Path) -> bool:
    if outcome is None or not (out / outcome.folder / "analysis.json").is_file():
        return False
    try:
        return outcome.key == key_of(job)
    except OSError:
        return False


def sweep(out: Path, jobs: Sequence[ClipJob]) -> None:
    """Remove files left incomplete by a killed run. No other batch may be writing to `out`."""
    sweep_leftovers(out)  # another machine may be about to write a single clip's results
    for folder in {out / RECORDS, *((out / job.folder).parent for job in jobs)}:
        sweep_leftovers(folder, alone=True)
