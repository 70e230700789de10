#!/usr/bin/env python3
"""How fast live mode is: `python benchmarks/live.py [CLIP] [--minutes 30]`.

Plays a 1280x720 clip at 30 frames a second through a live session, as `formcheck live
--source CLIP` does, and prints how many pictures were processed, how old they were when
their overlay was ready, how many were left out, and what it cost in processor time. Then
runs half an hour's worth of pictures through it fast forward and prints the memory on
the way. `--slow` adds work to every picture, as on a slower machine: it must leave
pictures out, not fall behind.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import psutil

from formcheck.live.engine import Engine, SeenFrame
from formcheck.live.session import LiveSession
from formcheck.live.sources import File
from formcheck.types import Analysis, Frame
from formcheck.video import FrameReader, VideoWriter

ROOT = Path(__file__).resolve().parents[1]
WIDTH, HEIGHT, FPS = 1280, 720, 30.0
SETTLE_S = 3.0  # not counted: models are loaded, threads start
LEAST_FPS, MEDIAN_MS, P95_MS, GROWTH_MB = 24.0, 60.0, 120.0, 30.0
MB = 1 << 20


@dataclass(frozen=True)
class Speed:
    """What one playing at its own speed came to."""

    processed_hz: float
    median_ms: float
    p95_ms: float
    dropped: int
    pictures: int
    cpu_ms: float  # processor time per picture, all threads


class SlowEngine(Engine):
    """An engine that takes longer over every picture."""

    extra_s = 0.0

    def see(self, frame: Frame) -> SeenFrame:
        """Look, then dawdle."""
        seen = super().see(frame)
        if self.extra_s:
            time.sleep(self.extra_s)
        return seen


def main() -> None:
    """Measure and print; the exit code says whether all limits hold."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("clip", nargs="?", type=Path, default=ROOT / "sample_videos" / "treadmill_left.mp4")
    asked.add_argument("--seconds", type=float, default=30.0, help="played at its own speed")
    asked.add_argument("--minutes", type=float, default=30.0, help="worth of pictures, fast forward")
    asked.add_argument("--model", default="fast")
    asked.add_argument("--slow", type=float, default=100.0, help="ms more per picture, in the second playing")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clip = as_720p30(options.clip, Path(folder) / "clip.mp4")
        print(f"{options.clip.name} as 1280x720 at 30 frames/s, model {options.model}, {os.cpu_count()} cores, "
              f"load {os.getloadavg()[0]:.1f} before")  # fmt: skip
        ordinary = play(clip, options.model, options.seconds)
        print(line("at its own speed", ordinary))
        slow = play(clip, options.model, min(options.seconds, 15.0), extra_s=options.slow / 1000)
        print(line(f"with {options.slow:.0f} ms more per picture", slow))
        growth = fast_forward(clip, options.model, options.minutes)
    checks = {
        f"at least {LEAST_FPS:.0f} frames a second": ordinary.processed_hz >= LEAST_FPS,
        f"median delay at most {MEDIAN_MS:.0f} ms": ordinary.median_ms <= MEDIAN_MS,
        f"95 % within {P95_MS:.0f} ms": ordinary.p95_ms <= P95_MS,
        "slow: never behind by more than three pictures' work": slow.p95_ms <= 3 * (options.slow + 40),
        f"memory grows by at most {GROWTH_MB:.0f} MB": growth <= GROWTH_MB,
    }
    for name, holds in checks.items():
        print(f"{'holds ' if holds else 'MISSED'}  {name}")
    raise SystemExit(0 if all(checks.values()) else 1)


def line(name: str, speed: Speed) -> str:
    """Return one playing in one line."""
    return (
        f"{name}: {speed.processed_hz:.1f} pictures/s processed; capture to overlay median {speed.median_ms:.0f} ms, "
        f"p95 {speed.p95_ms:.0f} ms; {speed.dropped} of {speed.pictures} left out; {speed.cpu_ms:.1f} ms CPU per picture"
    )


def as_720p30(clip: Path, path: Path) -> Path:
    """Write a clip as 1280x720 at 30 frames a second, bars at its sides if it is upright."""
    due = 0.0
    with VideoWriter(path, (WIDTH, HEIGHT), fps=FPS, coding={"preset": "ultrafast"}) as writer:
        for frame in FrameReader(clip):
            if frame.time >= due - 1e-3:
                writer.write(fitted(frame.image), due)
                due += 1 / FPS
    return path


def fitted(image: np.ndarray) -> np.ndarray:
    """Return a picture scaled into 1280x720."""
    scale = min(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    page = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    page[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return page


def play(clip: Path, model: str, seconds: float, extra_s: float = 0.0) -> Speed:
    """Play a clip at its own speed and time every picture from its stamp to its overlay."""
    source = File(clip, times=10_000)
    engine = SlowEngine(model=model)
    engine.extra_s = extra_s
    session = LiveSession(source, engine)
    session.start()
    time.sleep(SETTLE_S)
    before, processor = counted(session), time.process_time()
    delays = list(watched(session, seconds))
    after, processor = counted(session), time.process_time() - processor
    session.stop()
    session.check()
    looked, came, dropped = (b - a for a, b in zip(before, after))
    return Speed(
        looked / seconds, float(np.median(delays)), float(np.percentile(delays, 95)), dropped, came,
        1000 * processor / max(1, looked),
    )  # fmt: skip


def counted(session: LiveSession) -> tuple[int, int, int]:
    """Return pictures looked at, come and left out so far."""
    return session.looked, session.reader.frames, session.reader.dropped


def watched(session: LiveSession, seconds: float) -> Iterator[float]:
    """Yield the delay of every picture (ms) for some seconds, as a viewer would see it."""
    start, number = time.monotonic(), session.view.number
    while time.monotonic() - start < seconds:
        view = session.next_view(number)
        if view.number != number and session.delays_ms:
            number = view.number
            yield session.delays_ms[-1]


def fast_forward(clip: Path, model: str, minutes: float) -> float:
    """Run so many minutes' worth of pictures through a session; print the memory; return its growth in MB."""
    length = FrameReader(clip).clip.duration_s
    times = max(1, round(60 * minutes / length))
    whole_runs: list[Analysis] = []
    session = LiveSession(
        File(clip, speed=np.inf, times=times), Engine(model=model), fast_forward=True,
        on_run=lambda finished: whole_runs.append(finished.analysis()),
    )  # fmt: skip
    session.start()
    start, total = time.monotonic(), times * round(length * FPS)
    marks = sampled(session, total, lambda: psutil.Process().memory_info().rss / MB)
    session.check()
    took = time.monotonic() - start
    settled = [mb for share, mb in marks if share >= 0.1]
    growth = float(np.median(settled[-3:]) - np.median(settled[:3])) if len(settled) > 5 else np.nan
    told = ", ".join(f"{100 * share:.0f} %: {mb:.0f}" for share, mb in marks[:: max(1, len(marks) // 8)])
    print(f"fast forward: {session.looked} pictures ({session.looked / FPS / 60:.1f} min) in {took:.0f} s, "
          f"{session.reader.dropped} left out; memory in MB at {told}; growth from 10 % on {growth:+.1f} MB")  # fmt: skip
    whole = time.monotonic()
    session.stop()
    lengths = ", ".join(f"{each.clip.duration_s:.0f} s" for each in whole_runs)
    print(f"whole runs ({lengths}) measured; the end took {time.monotonic() - whole:.1f} s, "
          f"memory {psutil.Process().memory_info().rss / MB:.0f} MB after it")  # fmt: skip
    return growth


def sampled(session: LiveSession, total: int, memory: Callable[[], float]) -> list[tuple[float, float]]:
    """Return (share done, MB) forty times on the way."""
    marks: list[tuple[float, float]] = []
    while not session.over:
        share = session.looked / total
        if share >= len(marks) / 40:
            marks.append((share, memory()))
        time.sleep(0.2)
    return marks


if __name__ == "__main__":
    main()
