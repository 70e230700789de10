"""Ways to do a batch's jobs, importable by its worker processes: with faults, or without looking."""

import json
import os
import signal
import time
from functools import partial
from pathlib import Path

import builders
from formcheck.batch.jobs import Settings, key_of
from formcheck.batch.pool import ClipLimits, Outcome, analyze_job, local_workers
from formcheck.batch.run import Batch, run_once
from formcheck.export import to_json
from formcheck.files.atomic import folder_atomically
from formcheck.types import Runner

TEMPLATE = json.dumps(to_json(builders.analysis()))
"""Made while a worker loads this module, before its clip's time begins: what is left of a clip takes
milliseconds, so that a busy machine does not bring a healthy clip near the limit that a hanging one meets."""


def run(folder, out, work, *, jobs=2, limits=None, resume=False, settings=None, perform=None):
    """Do a folder with this work; return the tally and every outcome in the order it came."""
    batch = Batch(Path(folder), Path(out), settings or Settings(model="fast", video=False), Runner())
    outcomes = []

    def tell(outcome, tally):
        outcomes.append(outcome)

    if perform:
        return run_once(batch, perform, tell, resume=resume), outcomes
    with local_workers(batch.out, jobs, limits or ClipLimits(time_s=60), work) as perform:
        return run_once(batch, perform, tell, resume=resume), outcomes


def with_faults(work, job, out, threads):
    """Do the work, except that some clips take their process with them, never end, or eat memory."""
    if "aborts" in job.name:
        os.abort()
    if "hangs" in job.name:
        time.sleep(3600)
    if "eats" in job.name:
        bytearray(64 << 30)
    if "starves" in job.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "surprises" in job.name:
        raise KeyError("a defect of ours")
    return work(job, out, threads)


def quick(job, out, threads):
    """Write results as an analysis does, without looking at the clip: the name makes the numbers."""
    data = json.loads(TEMPLATE)
    for measurement in data["measurements"].values():
        if measurement.get("low") is not None:
            shift = (sum(job.name.encode()) % 97 - 48) / 200
            for part in ("value", "low", "high"):
                measurement[part] *= 1 + shift
    with folder_atomically(Path(out) / job.folder) as new:
        new.add("analysis.json").write_text(json.dumps(data))
    return Outcome(job.name, key_of(job), "measured", "", job.folder, data["clip"]["frames"], 0.01)


def noted(note, work, job, out, threads):
    """Do the work, and note in a file that it was begun."""
    with open(note, "a") as file:
        file.write(f"{job.name}\n")
    time.sleep(0.1)
    return work(job, out, threads)


def stall_once(note, job, out, threads):
    """Do quick work; the clip named "stalls" first waits, long, unless it was begun before."""
    begun = Path(note).exists()
    if "stalls" in job.name and not begun:
        Path(note).write_text(str(os.getppid()))
        time.sleep(3600)
    return quick(job, out, threads)


analyze_with_faults = partial(with_faults, analyze_job)
quick_with_faults = partial(with_faults, quick)
