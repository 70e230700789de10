"""analysis.json → `Analysis`: read stored results for comparison and export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.export.course import run_from_json
from formcheck.export.record import CLIP_PARTS, FORMAT, SCENE_PARTS, VERSION
from formcheck.export.tables import read_keypoints
from formcheck.export.versions import Object, OtherVersion, as_current
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.metrics import CATEGORIES, METRICS
from formcheck.metrics.metric import CategoryRow
from formcheck.skeleton import N_KEYPOINTS
from formcheck.types import (
    Analysis,
    Category,
    Clip,
    Cue,
    Extra,
    Measurement,
    PoseTrack,
    Refusal,
    Runner,
    Scene,
    Step,
    Warn,
)

FILE, KEYPOINTS_FILE = "analysis.json", "keypoints.csv"
LARGEST_BYTES = 200_000_000
NOT_KNOWN_THEN = "The FormCheck that wrote this analysis did not measure it. Analyse the clip again."
_SIDE_PARTS = ("value", "low", "high", "n", "side", "why_missing")
_MEASUREMENT_PARTS = (*_SIDE_PARTS, "unit", "missing_code", "samples", "repeats_sd", "repeats_with")
_CATEGORY_PARTS = ("value", "probabilities", "n", "side", "why_missing", "missing_code")
_EXTRA_PARTS = tuple(each.name for each in fields(Extra))
_CUE_PARTS = (
    "metric",
    "say",
    "why",
    "drill",
    "evidence",
    "caveat",
    "rule",
    "target",
    "cost",
    "notice",
    "again",
)


def load(path: str | Path) -> Analysis:
    """Read an analysis from analysis.json or from the folder that contains it.

    Keypoints are read from keypoints.csv in the same folder; without it, the track is empty.
    The motion is not stored: `motion` is None (see `export_tracks`).

    Raises
    ------
    UnreadableInput
        If there is no analysis.json, or if its format or version differs.
    """
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    record = _read(file)
    try:
        return _analysis(record, file.with_name(KEYPOINTS_FILE))
    except WrongContent as error:
        raise UnreadableInput(_damaged(file, error)) from error


def _read(file: Path) -> Object:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise UnreadableInput(f"{file} is too large to be an analysis.")
        record = parse_json(file.read_bytes())
    except OSError as error:
        raise UnreadableInput(
            f"There is no analysis at {file}. Name a folder that formcheck wrote."
        ) from error
    except WrongContent as error:
        raise UnreadableInput(
            f"{file} is not an analysis that FormCheck wrote. Name a results folder, or its analysis.json."
        ) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise UnreadableInput(
            f"{file} is not an analysis that FormCheck wrote. Name a results folder, or its analysis.json."
        )
    try:
        return as_current(record)
    except OtherVersion as error:
        raise UnreadableInput(
            f"{file} has {error}, and this FormCheck reads versions up to {VERSION}. "
            "Install the newer FormCheck, or analyse the clip again."
        ) from error
    except WrongContent as error:
        raise UnreadableInput(_damaged(file, error)) from error


def _damaged(file: Path, error: WrongContent) -> str:
    return f"{file} is damaged ({error}). Analyse the clip again."


def _analysis(record: Object, keypoints: Path) -> Analysis:
    parts = read_as(_Parts, {name: record[name] for name in _PARTS if name in record}, "the analysis")
    clip, factor = _clip(parts), read_as(float, parts.clip.get("slow_motion_factor"), "the slow motion")
    if not factor > 0:
        raise WrongContent(f"the slow motion is {factor:g} times")
    source = read_as(str, parts.made_with.get("backend", "unknown"), "the back-end")
    size = (clip.width, clip.height)
    track = read_keypoints(keypoints, size, source) if keypoints.is_file() else _no_track(size, source)
    return Analysis(
        clip=clip,
        runner=parts.runner,
        track=track,
        scene=_scene(parts, factor),
        motion=None,
        steps=tuple(_step(each, factor) for each in parts.steps),
        measurements=_measurements(parts.measurements, factor),
        categories=_categories(parts.measurements),
        cues=tuple(_cue(each) for each in parts.cues),
        praise=parts.praise,
        made_with=parts.made_with,
        run=run_from_json(parts.run, factor),
        to_try=None if parts.to_try is None else _cue(parts.to_try),
    )


@dataclass(frozen=True)
class _Parts:
    """The parts of analysis.json from which an analysis is built."""

    clip: Object
    scene: Object
    quality: Object
    steps: tuple[Object, ...]
    measurements: Mapping[str, Object]
    cues: tuple[Object, ...]
    made_with: Object
    refusal: Refusal | None
    warnings: tuple[Warn, ...]
    runner: Runner = field(default_factory=Runner)
    praise: tuple[str, ...] = ()
    run: Object | None = None
    to_try: Object | None = None


_PARTS = tuple(each.name for each in fields(_Parts))


def _some(parts: Object, names: Iterable[str]) -> dict[str, Any]:
    """Return the parts that have one of these names."""
    return {name: parts[name] for name in names if name in parts}


def _clip(parts: _Parts) -> Clip:
    names = (part for part in CLIP_PARTS if part != "slow_motion_factor")
    found: Clip = read_as(Clip, _some(parts.clip, names), "the clip")
    return found


def _scene(parts: _Parts, factor: float) -> Scene:
    quality = {
        "roll_deg": parts.quality.get("camera_roll_deg"), "roll_sd_deg": parts.quality.get("camera_roll_sd_deg"),
        "yaw_deg": parts.quality.get("yaw_deg"),
        **_some(parts.quality, ("detected_share", "person_height_px", "clarity")),
    }  # fmt: skip
    told = {**_some(parts.scene, SCENE_PARTS), **quality, "slow_motion_factor": factor}
    scene: Scene = read_as(Scene, told, "the scene")
    return replace(scene, refusal=parts.refusal, warnings=parts.warnings)


def _step(each: Object, factor: float) -> Step:
    names = ("contact", "toe_off", "contact_sd", "toe_off_sd")
    seconds = {name: read_as(float, each.get(f"{name}_s"), f"{name} of a step") / factor for name in names}
    if isnan(seconds["contact"]):
        raise WrongContent("a step has no contact")
    found: Step = read_as(Step, {**_some(each, ("side", "near", "confidence")), **_nulls(seconds)}, "a step")
    return found


def _nulls(seconds: Mapping[str, float]) -> dict[str, float | None]:
    """Return the values with NaN replaced by None, which files store as null."""
    return {name: None if isnan(value) else value for name, value in seconds.items()}


def _measurements(told: Mapping[str, Object], factor: float) -> dict[str, Measurement]:
    """Return the measurement of every metric, in table order; metrics not in the file have no value."""
    found = {id: _measurement(id, told[id], factor) for id in METRICS if id in told}
    return {
        id: found.get(id) or Measurement(id, METRICS[id].unit, why_missing=NOT_KNOWN_THEN) for id in METRICS
    }


def _measurement(name: str, each: Object, factor: float) -> Measurement:
    sides = read_as(tuple[Object, ...], each.get("by_side", ()), f"the sides of {name}")
    times = _scaled(read_as(tuple[float, ...], each.get("times_s", ()), f"the times of {name}"), factor)
    parts = {**_some(each, _MEASUREMENT_PARTS), "extra": known_extra(each.get("extra", {}), name)}
    found: Measurement = read_as(Measurement, {**parts, "metric": name, "times": times}, name)
    by_side = tuple(
        read_as(
            Measurement, {**_some(side, _SIDE_PARTS), "metric": name, "unit": found.unit}, f"a side of {name}"
        )
        for side in sides
    )
    return replace(found, by_side=by_side)


def _scaled(times: Sequence[float], factor: float) -> list[float]:
    """Convert times from the timebase of the clip to real time."""
    if any(isnan(time) for time in times):
        raise WrongContent("a time is missing")
    return [time / factor for time in times]


def known_extra(found: Any, name: str) -> Object:
    """Return the additions to a value that this version of FormCheck knows; a newer one may store more."""
    return _some(read_as(Object, found, f"the additions to {name}"), _EXTRA_PARTS)


def _categories(told: Mapping[str, Object]) -> dict[str, Category]:
    """Return every category; one that is not in the file has no value."""
    return {
        id: _category(row, told[id])
        if id in told
        else Category(id, row.number, why_missing=NOT_KNOWN_THEN, missing_code="unknown")
        for id, row in CATEGORIES.items()
    }


def _category(row: CategoryRow, each: Object) -> Category:
    """Return one category with those of each leg."""
    own = {"metric": row.id, "number": row.number}
    sides = read_as(tuple[Object, ...], each.get("by_side", ()), f"the sides of {row.id}")
    by_side = tuple(
        read_as(Category, {**_some(side, _CATEGORY_PARTS), **own}, f"a side of {row.id}") for side in sides
    )
    found: Category = read_as(Category, {**_some(each, _CATEGORY_PARTS), **own}, row.id)
    return replace(found, by_side=by_side)


def _cue(each: Object) -> Cue:
    told = {**_some(each, _CUE_PARTS), "show_at": each.get("at_s")}
    cue: Cue = read_as(Cue, told, "a cue")
    if cue.metric not in METRICS:
        raise WrongContent(f"a cue is about {cue.metric[:40]!r}, which is not a metric")
    return cue


def _no_track(size: tuple[int, int], source: str) -> PoseTrack:
    empty = np.zeros((0, N_KEYPOINTS, 2))
    return PoseTrack(np.zeros(0), empty, empty[..., 0], size, source)
