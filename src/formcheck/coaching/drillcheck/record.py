"""A drill check as plain values: the format "formcheck-drill", version 1."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import Any

from formcheck.coaching.drillcheck.check import DrillCheck, full_interval, state
from formcheck.coaching.drillcheck.readings import NAMES
from formcheck.coaching.drillcheck.rules import judge_of
from formcheck.types import Measurement

FORMAT, VERSION = "formcheck-drill", 1
DIGITS = 4


def to_record(check: DrillCheck) -> dict[str, Any]:
    """Return a check as JSON's own types: NaN is null, times are the clip's own clock."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "clip": {"name": check.clip.name, "sha256": check.clip.sha256, "duration_s": _plain(check.clip.duration_s)},
        "scene": {"view": check.scene.view, "activity": check.scene.activity, "people": check.scene.people},
        "asked": check.asked,
        "drill": check.drill,
        "looks_like": check.looks_like,
        "refusal": asdict(check.refusal) if check.refusal else None,
        "warnings": [asdict(each) for each in check.warnings],
        "count": {
            "total": len(check.reps), "full": check.full, "partial": len(check.reps) - check.full,
            "full_95": list(full_interval(check)), "left": check.of("left"), "right": check.of("right"),
        },
        "reps": [
            {"side": rep.side, "start_s": _plain(rep.start), "peak_s": _plain(rep.peak), "end_s": _plain(rep.end),
             "full": rep.full} for rep in check.reps
        ],
        "readings": {each.metric: _reading(each, check.drill or "") for each in check.readings},
        "good": list(check.good),
        "cues": [{"reading": cue.reading, "say": cue.say, "at_s": _plain(cue.show_at)} for cue in check.cues],
        "made_with": dict(check.made_with),
    }  # fmt: skip


def to_text(check: DrillCheck) -> str:
    """Return a check as JSON text, ending in a line break."""
    return json.dumps(to_record(check), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _reading(reading: Measurement, drill: str) -> dict[str, Any]:
    judge = judge_of(reading.metric, drill)
    return {
        "name": NAMES[reading.metric][0],
        "value": _plain(reading.value), "unit": reading.unit, "low": _plain(reading.low), "high": _plain(reading.high),
        "n": reading.n, "at_least": reading.extra.at_least,
        "range": [_plain(judge.low), _plain(judge.high)] if judge else None,
        "status": state(judge, reading) if judge else "unknown",
        "grade": "D", "why_missing": reading.why_missing,
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return round(float(value), DIGITS) if isfinite(value) else None
