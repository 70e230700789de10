"""Jobs for visitors in separate processes: started, monitored, cancelled."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import Any

from pebble import ProcessPool

from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.leftovers import PROGRESS_FILE, STOP_LOOKING
from formcheck.ui.reopening import reopen
from formcheck.ui.settings import ANALYSIS_TIME_LIMIT_S, LOOK_TIME_LIMIT_S, WORKERS
from formcheck.ui.work import (
    Ask,
    FirstLook,
    be_ready,
    count_drill,
    latest_note,
    measure_clip,
    prepare,
    take_a_look,
    words_of,
    write_files,
    write_page,
)

FAIR_SHARE = 0.03  # below this share, no remaining time is shown
CLIPS_OF_A_WORKER = 40  # after this many clips it is replaced, so that memory leaks stay bounded


@dataclass(frozen=True)
class JobProgress:
    """How far a job is."""

    stage: str
    share: float  # 0..1 of this stage
    left_s: float | None  # None = too early to estimate
    steps: int = 0  # counted so far
    pictures: int = 0  # previews written so far; 0 = none


@dataclass
class Job:
    """One job on one clip."""

    future: Future[Any]
    held: Held
    ask: Ask | None = None  # what an analysis was asked with

    @property
    def running(self) -> bool:
        """Whether there is no result yet."""
        return not self.future.done()

    @property
    def failure(self) -> str | None:
        """Why it failed, None if it did not."""
        if self.running or self.future.cancelled():
            return None
        error = self.future.exception()
        return words_of(error) if error else None

    @property
    def result(self) -> Any:
        """Its result, None while running and after a failure."""
        good = self.future.done() and not self.future.cancelled() and self.future.exception() is None
        return self.future.result() if good else None

    def progress(self) -> JobProgress:
        """Return its progress, from the worker's notes."""
        note = latest_note(self.held.folder / PROGRESS_FILE)
        if note is None:
            begun = self.future.running()
            return JobProgress("Opening the clip" if begun else "Waiting for a free worker", 0.0, None)
        left = note.left_s
        if left is None and note.share > FAIR_SHARE:
            left = note.spent_s * (1 - note.share) / note.share
        return JobProgress(note.stage, note.share, left, note.steps, note.pictures)


class JobBoard:
    """All jobs of this server: at most one of each kind per clip."""

    def __init__(self, workers: int = WORKERS):
        self._workers = workers
        self._pool: ProcessPool | None = None
        self._jobs: dict[tuple[str, str], Job] = {}
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Start the workers in advance, so that the first visitor does not wait for them."""
        with self._lock:
            for _ in range(self._workers):
                self._ready().schedule(be_ready)

    def look(self, held: Held, ask: Ask) -> Job:
        """Start the first look at a clip, or return the one already started.

        Measuring follows by itself if the look finds something to measure: the page need not wait for it.
        """
        job = self.find(held.token, "look")
        if job is None:
            work = (str(held.video), ask.label, ask.model)
            job = self._once("look", held, take_a_look, work, LOOK_TIME_LIMIT_S)
            job.future.add_done_callback(lambda done: self._after_look(done, held, ask))
        return job

    def _after_look(self, done: Future[FirstLook], held: Held, ask: Ask) -> None:
        """Measure what a look found worth measuring, if the visitor has not cancelled meanwhile."""
        if done.cancelled() or done.exception() is not None or self.find(held.token, "look") is None:
            return
        if done.result().stopped_by is None:
            self.analysis(held, ask, done.result())

    def analysis(self, held: Held, ask: Ask, look: FirstLook | None = None) -> Job:
        """Start measuring a clip, or return the job already started."""
        work = (str(held.video), str(held.results), ask, look)
        job = self._once("analysis", held, measure_clip, work, ANALYSIS_TIME_LIMIT_S)
        job.ask = job.ask or ask
        return job

    def reopened(self, held: Held, label: str) -> Job:
        """Start reading saved results, or return the job already started."""
        work = (str(held.video), str(held.results), label)
        return self._once("analysis", held, reopen, work, LOOK_TIME_LIMIT_S)

    def drill(self, held: Held, label: str, name: str | None) -> Job:
        """Start checking a clip's drill, or return the job already started."""
        work = (str(held.video), str(held.results), label, name)
        return self._once("drill", held, count_drill, work, ANALYSIS_TIME_LIMIT_S)

    def page(self, held: Held, analysis: Analysis) -> Job:
        """Start making what the result page shows, or return the job already started."""
        if held.saved:  # there is no clip to cut pictures from
            return Job(_never(), held)
        work = (str(held.video), str(held.page), analysis)
        return self._once("page", held, write_page, work, ANALYSIS_TIME_LIMIT_S)

    def files(self, held: Held, analysis: Analysis) -> Job:
        """Start writing the downloads, or return the job already started."""
        if held.saved and held.results.exists():  # results that were opened again: their files are there
            names = [path.name for path in held.results.iterdir() if path.is_file()]
            return Job(_done(names), held)
        work = (str(held.video), str(held.results), analysis)
        return self._once("files", held, write_files, work, ANALYSIS_TIME_LIMIT_S)

    def find(self, token: str, kind: str) -> Job | None:
        """Return a job of a clip, if there is one."""
        with self._lock:
            return self._jobs.get((token, kind))

    def cancel(self, token: str, kind: str) -> None:
        """Stop and remove one job of a clip; unless it is a look, a worker that runs it is ended."""
        with self._lock:
            job = self._jobs.pop((token, kind), None)
        if job is None:
            return
        if kind == "look":
            with suppress(OSError):  # the clip may already be gone, which stops the look as well
                (job.held.folder / STOP_LOOKING).touch()
        else:
            job.future.cancel()

    def forget(self, token: str) -> None:
        """Stop and remove all jobs of a clip."""
        for kind in ("look", "analysis", "drill", "page", "files"):
            self.cancel(token, kind)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._jobs.clear()
        if pool:
            pool.stop()
            pool.join(5)

    def _once(self, kind: str, held: Held, function: Any, arguments: tuple[Any, ...], limit_s: float) -> Job:
        with self._lock:
            job = self._jobs.get((held.token, kind))
            if job is None:
                (held.folder / (STOP_LOOKING if kind == "look" else PROGRESS_FILE)).unlink(missing_ok=True)
                future = self._ready().schedule(function, args=arguments, timeout=limit_s)
                job = self._jobs[held.token, kind] = Job(future, held)
            return job

    def _ready(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                self._workers, max_tasks=CLIPS_OF_A_WORKER, initializer=prepare, context=get_context("spawn")
            )
        return self._pool


def _never() -> Future[Any]:
    """Return a future that was cancelled."""
    future: Future[Any] = Future()
    future.cancel()
    return future


def _done(result: list[str]) -> Future[Any]:
    """Return a future that has its result."""
    future: Future[Any] = Future()
    future.set_result(result)
    return future


@cache
def board() -> JobBoard:
    """Return this server's jobs."""
    return JobBoard()
