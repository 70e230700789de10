"""Run a whole batch: find the jobs, run them, write the tables; optionally watch for new clips."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck.batch.jobs import ClipJob, Settings, find_jobs
from formcheck.batch.pool import Outcome, Perform, check_place, outstanding, record, recorded
from formcheck.batch.table import check_tables, write_tables
from formcheck.errors import UsageError
from formcheck.files.atomic import errors_in_words
from formcheck.files.ownership import Protected, check_writable, real_path
from formcheck.types import Runner

WATCH_EVERY_S = 2.0
LOCK = ".formcheck.lock"
SETTLED_S = 4.0  # a file unchanged for this long is complete


@dataclass(frozen=True)
class Batch:
    """Input folder, output folder, and how to measure."""

    folder: Path
    out: Path
    settings: Settings
    runner: Runner

    def jobs(self) -> list[ClipJob]:
        """Return a job for every clip currently in the folder."""
        return find_jobs(self.folder, self.settings, self.runner)


@dataclass(frozen=True)
class Tally:
    """Progress of a batch."""

    total: int
    done: int = 0
    failed: int = 0
    frames: int = 0
    seconds: float = 0.0

    def with_one_more(self, outcome: Outcome, seconds: float) -> Tally:
        """Add one outcome."""
        return replace(
            self,
            done=self.done + 1,
            failed=self.failed + (outcome.state == "failed"),
            frames=self.frames + outcome.frames,
            seconds=seconds,
        )

    @property
    def left_s(self) -> float:
        """Estimated seconds for the rest at the rate so far."""
        return self.seconds / max(1, self.done) * (self.total - self.done)

    @property
    def frames_per_s(self) -> float:
        """Frames analysed per second, over all processes."""
        return self.frames / max(self.seconds, 1e-3)


TellOutcome = Callable[[Outcome, Tally], None]
"""Called for every clip as it ends."""


def run_once(batch: Batch, perform: Perform, tell: TellOutcome, *, resume: bool = False) -> Tally:
    """Process all clips in the folder, or only unfinished ones; return the final tally.

    Raises
    ------
    UsageError
        If there is no video, or the place for results holds something FormCheck did not write.
    """
    jobs = batch.jobs()
    if not jobs:
        raise UsageError(
            f"No video files below {batch.folder}. Name a folder that holds .mp4, .mov or other videos."
        )
    todo = outstanding(jobs, batch.out) if resume else jobs
    check_places(todo, jobs, batch.out)
    do(todo, batch.out, perform, tell)
    return conclude(jobs, batch.out)


def check_places(todo: Sequence[ClipJob], jobs: Sequence[ClipJob], out: Path) -> None:
    """Check, before anything is measured, that all results may be written.

    Raises
    ------
    UsageError, CannotWrite
    """
    protected = Protected.of(Path(job.path) for job in jobs)
    for job in todo:
        check_place(job, out, protected)
    check_tables(out)


def do(todo: Sequence[ClipJob], out: Path, perform: Perform, tell: TellOutcome) -> None:
    """Run jobs and record each as it ends."""
    started, tally = time.monotonic(), Tally(len(todo))
    for outcome in perform(todo):
        record(outcome, out)
        tally = tally.with_one_more(outcome, time.monotonic() - started)
        tell(outcome, tally)


def conclude(jobs: Sequence[ClipJob], out: Path) -> Tally:
    """Write the tables from the contents of the output folder."""
    known = recorded(out)
    outcomes = {job.name: known[job.name] for job in jobs if job.name in known}
    write_tables(jobs, outcomes, out)
    failed = sum(outcome.state == "failed" for outcome in outcomes.values())
    return Tally(len(jobs), len(outcomes), failed)


class Watcher:
    """Finds the clips of a folder that are new and complete.

    A clip is complete when two checks at least `SETTLED_S` apart find it unchanged: it grows
    while a phone or a camera is still transferring it.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[tuple[int, int], float]] = {}  # its last state, and since when
        self._taken: dict[str, tuple[int, int]] = {}  # its state when it was returned

    def fresh(self, jobs: Sequence[ClipJob], now: float) -> list[ClipJob]:
        """Return the clips that are complete and have not been returned in their present state.

        Parameters
        ----------
        now : s, of any monotonic clock
        """
        found = []
        for job in jobs:
            like = _stamp(Path(job.path))
            known, since = self._seen.get(job.name, (None, now))
            if like is None or like != known:
                self._seen[job.name] = (like or (0, 0), now)
            elif now - since >= SETTLED_S and self._taken.get(job.name) != like:
                self._taken[job.name] = like
                found.append(job)
        return found


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return a file's size and modification time; None if it is missing or empty."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns) if stat.st_size else None


def watch(
    batch: Batch, perform: Perform, tell: TellOutcome, *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Process every clip that appears in the folder, until interrupted."""
    watcher = Watcher()
    jobs = batch.jobs()
    check_places(outstanding(jobs, batch.out), jobs, batch.out)
    while True:
        jobs = batch.jobs()
        todo = outstanding(watcher.fresh(jobs, time.monotonic()), batch.out)
        if todo:
            do(todo, batch.out, perform, tell)
            conclude(jobs, batch.out)
        sleep(WATCH_EVERY_S)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Prevent a second batch from writing into the same folder while the block runs.

    The lock, and the folders created for it if they are empty, are removed at the end.

    Raises
    ------
    UsageError
        If another batch is running.
    CannotWrite
        If the folder cannot be written to.
    """
    place = real_path(out)
    fresh = [folder for folder in (place, *place.parents) if not folder.exists()]
    check_writable(place)
    with errors_in_words(out):
        place.mkdir(parents=True, exist_ok=True)
        lock, is_ours = _opened(place / LOCK)
    try:
        if not _held(lock, place / LOCK):
            raise UsageError(
                f"Another batch is writing to {out}. Wait for it, or choose another folder with -o."
            )
        yield
    finally:
        with suppress(OSError):
            if is_ours:
                (place / LOCK).unlink()
            for folder in fresh:
                folder.rmdir()
        os.close(lock)


def _opened(path: Path) -> tuple[int, bool]:
    """Open a lock file without changing it; return its handle, and whether it was created here."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o644), True
    except FileExistsError:
        return os.open(path, flags), False


def _held(lock: int, path: Path) -> bool:
    """Acquire a lock and return whether it is held; on systems without locks it counts as held."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network folder without locks
        return True
    return path.exists() and os.path.samestat(os.fstat(lock), path.stat())  # else just removed by its creator
