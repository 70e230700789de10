"""One clip of a batch as the tables need it: small enough to hold a thousand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formcheck.batch.jobs import ClipJob
from formcheck.batch.pool import Outcome
from formcheck.export.versions import as_current
from formcheck.metrics import CATEGORIES, METRICS

SCENE = ("activity", "view", "facing", "setting")


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one clip."""

    value: float | None  # None = not measured
    low: float | None
    high: float | None
    status: str
    at_edge: bool
    side: str
    n: int
    why_missing: str


@dataclass(frozen=True, slots=True)
class ClassCell:
    """One category of one clip."""

    value: str  # the class; empty = not measured
    probability: float | None  # of the likeliest class
    why_missing: str


@dataclass(frozen=True, slots=True)
class SplitCell:
    """The part of a run from one cone to another."""

    start_m: float
    stop_m: float
    seconds: tuple[float, float, float]  # value, low, high
    speed_mps: tuple[float, float, float]


@dataclass(frozen=True)
class ClipRow:
    """The runner, the date, the outcome of the clip, and its measurements."""

    name: str
    runner: str
    day: str
    folder: str
    state: str  # "measured" | "refused"
    scene: Mapping[str, str]
    refusal: str  # code
    reason: str
    cells: Mapping[str, Cell]
    classes: Mapping[str, ClassCell]
    thumbnail: str  # path below the output folder; empty = none
    splits: tuple[SplitCell, ...] = ()  # of a run past cones, in the direction of running


@dataclass(frozen=True)
class Failed:
    """A clip without a result, and why."""

    name: str
    reason: str


def rows_of(jobs: Sequence[ClipJob], outcomes: Mapping[str, Outcome], out: Path) -> list[ClipRow]:
    """Return a row for every clip that was measured or refused, in name order."""
    ordered = sorted(jobs, key=lambda job: job.name)
    known = ((job, outcomes.get(job.name)) for job in ordered)
    return [row_of(job, outcome, out) for job, outcome in known if outcome and outcome.state != "failed"]


def failed_of(jobs: Sequence[ClipJob], outcomes: Mapping[str, Outcome]) -> list[Failed]:
    """Return the clips without a result, in name order."""
    known = (outcomes.get(name) for name in sorted(job.name for job in jobs))
    return [Failed(each.name, each.reason) for each in known if each and each.state == "failed"]


def row_of(job: ClipJob, outcome: Outcome, out: Path) -> ClipRow:
    """Read the values for the tables from a clip's results."""
    data = as_current(json.loads((out / outcome.folder / "analysis.json").read_text(encoding="utf-8")))
    measured = data["measurements"]
    refusal = data["refusal"] or {}
    return ClipRow(
        name=job.name,
        runner=job.runner.name or "",
        day=job.day or "",
        folder=outcome.folder,
        state=outcome.state,
        scene={part: data["scene"][part] or "" for part in SCENE},
        refusal=refusal.get("code", ""),
        reason=refusal.get("reason", ""),
        cells={id: _cell(measured[id]) for id in METRICS if id in measured},
        classes={id: _class_cell(measured[id]) for id in CATEGORIES if id in measured},
        thumbnail=_thumbnail(out, outcome.folder),
        splits=tuple(map(_split_cell, (data.get("run") or {}).get("splits", ()))),
    )


def _split_cell(split: Mapping[str, Any]) -> SplitCell:
    seconds, speed = (
        tuple(split[name][part] for part in ("value", "low", "high")) for name in ("seconds_s", "speed_mps")
    )
    return SplitCell(split["start_m"], split["stop_m"], seconds, speed)


def _cell(measurement: Mapping[str, Any]) -> Cell:
    return Cell(
        measurement["value"], measurement["low"], measurement["high"], measurement["status"],
        measurement["at_edge"], measurement["side"], measurement["n"], measurement["why_missing"] or "",
    )  # fmt: skip


def _class_cell(category: Mapping[str, Any]) -> ClassCell:
    likeliest = max(category["probabilities"].values(), default=None)
    return ClassCell(category["value"] or "", likeliest, category["why_missing"] or "")


def _thumbnail(out: Path, folder: str) -> str:
    pictures = sorted((out / folder / "keyframes").glob("*.jpg"))
    return f"{folder}/keyframes/{pictures[0].name}" if pictures else ""
