"""A runner's history: five sessions, two sets of a drill and two runs of a watch over three months."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import Server

import app_answers
import fit_files
from formcheck.history.records import DrillDone
from formcheck.history.store import FILE, History
from formcheck.history.watch import read_watch

NAME = "Ada"


def fill(server: Server, name: str = NAME) -> None:
    """Keep it all under a name, where a running app finds it."""
    today = datetime.now(UTC)
    with History(server.temporary.parent / "data" / "formcheck" / FILE) as history:
        for k, cadence in enumerate((158.0, 160.0, 161.0, 166.0, 168.0)):
            day = today - timedelta(days=20 * (4 - k))
            made = app_answers.answer(cadence, f"treadmill-{k + 1}.mp4")
            history.add(replace(made, clip=replace(made.clip, sha256=str(k) * 64)), name, day)
        for k, days in enumerate((30, 9)):
            day = today - timedelta(days=days)
            history.put(DrillDone(day, "high_knees", f"knees-{k}.mp4", 30 + 6 * k, 3 - k, 24.0, 98.0), name)
            run = fit_files.run(day, steps_per_min=164.0 + 4 * k)
            history.put_all(read_watch(run, f"run-{k + 1}.fit", day), name)
