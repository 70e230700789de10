"""What a batch costs beyond the analyses themselves.

    python benchmarks/batch.py CLIP [--clips 8] [--model best] [--many 1000]

Prints two jobs' throughput over one's (on two free cores), the seconds per clip that a
batch adds to `formcheck.analyze`, and what many clips cost when looking at them costs
nothing: time, memory, and the time index.html takes to open in Chromium, where there is one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

import psutil

from formcheck.batch.jobs import ClipJob, Settings, find_jobs, key_of
from formcheck.batch.pool import ClipLimits, Outcome, analyze_job, local_workers
from formcheck.batch.run import Batch, conclude, do, run_once
from formcheck.files.atomic import folder_atomically
from formcheck.types import Runner

MB = 1 << 20


def copies(clip: Path, count: int, folder: Path) -> Path:
    """Fill a folder with copies of a clip."""
    folder.mkdir(parents=True)
    for index in range(count):
        shutil.copy(clip, folder / f"{index:04d}{clip.suffix}")
    return folder


def seconds_of_batch(folder: Path, out: Path, settings: Settings, jobs: int) -> float:
    """Return how long a batch takes with warm workers: each has done a clip before."""
    todo = find_jobs(folder, settings, Runner())
    with local_workers(out, jobs) as perform:
        do(todo[:jobs], out, perform, silent)
        started = time.perf_counter()
        do(todo, out, perform, silent)
        conclude(todo, out)
        return time.perf_counter() - started


def seconds_of_analyses(folder: Path, out: Path, settings: Settings) -> float:
    """Return how long the same clips take one after another in this process, on one thread."""
    todo = find_jobs(folder, settings, Runner())
    analyze_job(todo[0], str(out), 1)
    started = time.perf_counter()
    for job in todo:
        analyze_job(job, str(out), 1)
    return time.perf_counter() - started


def silent(*_: object) -> None:
    """Say nothing."""


def without_looking(template: str, job: ClipJob, out: str, threads: int) -> Outcome:
    """Write the results of another clip, a little shifted, as if this one had been analysed."""
    data = json.loads(template)
    shift = 1 + (int(Path(job.name).stem) % 97 - 48) / 200
    for measurement in data["measurements"].values():
        if measurement["value"] is not None:
            measurement.update({part: measurement[part] * shift for part in ("value", "low", "high")})
    with folder_atomically(Path(out) / job.folder) as new:
        new.add("analysis.json").write_text(json.dumps(data))
    return Outcome(job.name, key_of(job), "measured", "", job.folder, 360, 0.0)


def many(template: str, count: int, work_in: Path) -> None:
    """Print time and memory of a batch whose analyses cost nothing."""
    folder = work_in / "many"
    folder.mkdir()
    for index in range(count):
        (folder / f"{index:04d}.mp4").write_bytes(index.to_bytes(4))
    batch = Batch(folder, work_in / "many-out", Settings(), Runner())
    memory: list[int] = []
    me = psutil.Process()
    with local_workers(batch.out, 2, ClipLimits(), partial(without_looking, template)) as perform:
        started = time.perf_counter()
        run_once(batch, perform, lambda outcome, tally: memory.append(me.memory_info().rss))
        spent = time.perf_counter() - started
    print(f"{count} clips without looking: {1000 * spent / count:.1f} ms a clip, tables included")
    early = min(100, len(memory))
    print(f"memory: {memory[early - 1] / MB:.0f} MB after {early}, {memory[-1] / MB:.0f} MB after {count}")
    page = batch.out / "index.html"
    print(f"index.html: {page.stat().st_size / MB:.1f} MB, opens in {seconds_to_open(page)}")


def seconds_to_open(page: Path) -> str:
    """Return how long Chromium takes from asking for the page to having painted it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "(no Chromium here)"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto("about:blank")
        started = time.perf_counter()
        tab.goto(page.as_uri(), wait_until="load")
        tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        spent = time.perf_counter() - started
        browser.close()
    return f"{spent:.2f} s"


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--model", default="best")
    parser.add_argument("--many", type=int, default=1000)
    asked = parser.parse_args()
    if asked.many < 1:
        parser.error("--many must be 1 or more")
    settings = Settings(model=asked.model)
    with tempfile.TemporaryDirectory() as name:
        work_in = Path(name)
        folder = copies(asked.clip, asked.clips, work_in / "clips")
        alone = seconds_of_analyses(folder, work_in / "alone", settings)
        one = seconds_of_batch(folder, work_in / "one", settings, 1)
        two = seconds_of_batch(folder, work_in / "two", settings, 2)
        print(f"{asked.clips} clips: analyses alone {alone:.1f} s, one job {one:.1f} s, two jobs {two:.1f} s")
        print(f"two jobs against one: {one / two:.2f} times the throughput")
        print(f"overhead: {(one - alone) / asked.clips:.3f} s a clip")
        results = next((work_in / "alone").rglob("analysis.json"))
        many(results.read_text(), asked.many, work_in)


if __name__ == "__main__":
    main()
