"""`Analysis` → analysis.json: the format "formcheck-analysis", version 2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np

from formcheck.export.course import run_to_json
from formcheck.metrics import CATEGORIES
from formcheck.metrics.judgement import Judgement, judge
from formcheck.metrics.trends import fatigue_signs, trends
from formcheck.types import Analysis, Category, Measurement, Step

FORMAT, VERSION = "formcheck-analysis", 2
SIGNIFICANT = 7  # significant digits: far below any uncertainty, enough for times of a clip
CLIP_PARTS = (
    "name", "sha256", "frames", "duration_s", "fps", "variable_frame_rate", "width", "height", "rotation",
    "capture_fps", "slow_motion_factor",
)  # fmt: skip
SCENE_PARTS = (
    "activity", "view", "facing", "setting", "people", "near_side", "camera_moves", "feet_visible",
    "setting_given", "measured_s", "standing_s",
)  # fmt: skip


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Return an analysis as plain values: NaN is null, times are on the timebase of the clip.

    Only `contact_s`, `toe_off_s`, `at_s` and `times_s` are on this timebase; rates and
    durations are in real time. The same analysis always gives the same bytes.
    """
    result: dict[str, Any] = as_json_types(
        {
            "format": FORMAT,
            "version": VERSION,
            "clip": {part: getattr(analysis.clip, part) for part in CLIP_PARTS},
            "runner": asdict(analysis.runner),
            "scene": {part: getattr(analysis.scene, part) for part in SCENE_PARTS},
            "refusal": asdict(analysis.refusal) if analysis.refusal else None,
            "warnings": [asdict(each) for each in analysis.warnings],
            "steps": [_step(step, analysis) for step in analysis.steps],
            "measurements": {id: _answer(each, analysis) for id, each in analysis.answers.items()},
            "run": run_to_json(analysis.run, analysis.scene.slow_motion_factor),
            **_long_run(analysis),
            "praise": list(analysis.praise),
            "cues": [_cue(cue) for cue in analysis.cues],
            "to_try": _cue(analysis.to_try) if analysis.to_try else None,
            "quality": _quality(analysis),
            "made_with": dict(analysis.made_with),
        }
    )
    return result


def _long_run(analysis: Analysis) -> dict[str, Any]:
    """Return the changes per minute for a clip of at least one minute; empty for a shorter one."""
    found = trends(analysis.measurements)
    if not found:
        return {}
    signs = [each.metric for each in fatigue_signs(found)]
    return {"trends": [{**asdict(each), "real": each.real} for each in found], "fatigue_signs": signs}


def to_json_text(analysis: Analysis) -> str:
    """Return analysis.json as text, ending in a line break."""
    return json.dumps(to_json(analysis), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_json_types(value: Any) -> Any:
    """Return a value as JSON types: NaN and infinity become null, numbers are rounded."""
    if isinstance(value, Mapping):
        return {str(key): as_json_types(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [as_json_types(each) for each in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{SIGNIFICANT}g}") + 0.0 if isfinite(value) else None
    return value if value is None else str(value)


def _step(step: Step, analysis: Analysis) -> dict[str, Any]:
    factor = analysis.scene.slow_motion_factor
    return {
        "side": step.side,
        "contact_s": round(step.contact * factor, 4),
        "toe_off_s": round(step.toe_off * factor, 4),
        "near": step.near,
        "confidence": round(step.confidence, 3),
        "contact_sd_s": round(step.contact_sd * factor, 4),
        "toe_off_sd_s": round(step.toe_off_sd * factor, 4),
    }


def _answer(answer: Measurement | Category, analysis: Analysis) -> dict[str, Any]:
    return _category(answer) if isinstance(answer, Category) else _measurement(answer, analysis)


def _category(category: Category) -> dict[str, Any]:
    parts = ("value", "probabilities", "n", "side", "why_missing", "missing_code")
    found = {part: getattr(category, part) for part in parts}
    sides = [
        {part: getattr(each, part) for part in ("side", "value", "probabilities", "n", "why_missing")}
        for each in category.by_side
    ]
    return {**found, "grade": CATEGORIES[category.metric].grade, "by_side": sides}


def _measurement(measurement: Measurement, analysis: Analysis) -> dict[str, Any]:
    judgement = judge(measurement)
    norm = judgement.norm
    factor = analysis.scene.slow_motion_factor
    return {
        "value": measurement.value,
        "unit": measurement.unit,
        "low": measurement.low,
        "high": measurement.high,
        "n": measurement.n,
        "side": measurement.side,
        "band": norm.band if norm else None,
        "band_source": norm.source if norm else None,
        "status": judgement.status,
        "at_edge": judgement.at_edge,
        "grade": judgement.grade,
        "percentile": _percentile(judgement),
        "why_missing": measurement.why_missing,
        "missing_code": measurement.missing_code,
        "extra": measurement.extra.known,
        "by_side": [_one_side(each) for each in measurement.by_side],
        "times_s": [round(time * factor, 4) for time in measurement.times],
        "samples": measurement.samples,
        "repeats_sd": measurement.repeats_sd,
        "repeats_with": measurement.repeats_with,
    }


def _percentile(judgement: Judgement) -> dict[str, float] | None:
    """Return the percentile among healthy runners with its interval, to a tenth."""
    found = judgement.percentile
    return None if found is None else {name: round(part, 1) for name, part in asdict(found).items()}


def _one_side(measurement: Measurement) -> dict[str, Any]:
    parts = ("side", "value", "low", "high", "n", "why_missing")
    return {part: getattr(measurement, part) for part in parts}


def _cue(cue: Any) -> dict[str, Any]:
    found = {"at_s" if name == "show_at" else name: part for name, part in asdict(cue).items()}
    return {**found, "at_s": round(cue.show_at, 3)}


def _quality(analysis: Analysis) -> dict[str, Any]:
    scene = analysis.scene
    return {
        "detected_share": round(scene.detected_share, 4),
        "leg_swaps_repaired": analysis.track.swaps_repaired,
        "person_height_px": scene.person_height_px,
        "camera_roll_deg": scene.roll_deg,
        "camera_roll_sd_deg": scene.roll_sd_deg,
        "yaw_deg": scene.yaw_deg,
        "clarity": None if scene.clarity is None else asdict(scene.clarity),
        "pose_error_factor": round(scene.pose_error_factor, 3),
    }
