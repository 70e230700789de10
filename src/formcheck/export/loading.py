"""analysis.json → `Analysis`: what was written, read back for comparing and exporting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.export.record import CLIP_PARTS, FORMAT, SCENE_PARTS, VERSION
from formcheck.export.tables import read_keypoints
from formcheck.skeleton import N_KEYPOINTS
from formcheck.types import (
    Analysis,
    Clip,
    Cue,
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


def load(path: str | Path) -> Analysis:
    """Read an analysis back from analysis.json or the folder it is in.

    The keypoints come from keypoints.csv where it lies beside; else the track is empty.
    The motion is not stored: `motion` is None (see `export_tracks`).

    Raises
    ------
    UnreadableInput
        If there is none, or it has another format or version.
    """
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    record = _read(file)
    try:
        return _analysis(record, file.with_name(KEYPOINTS_FILE))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableInput(f"{file} is damaged ({error}). Analyse the clip again.") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise UnreadableInput(f"{file} is too large to be an analysis.")
        record = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableInput(
            f"There is no analysis at {file}. Name a folder that formcheck wrote."
        ) from error
    except ValueError as error:
        raise UnreadableInput(
            f"{file} is not an analysis that FormCheck wrote. Name a results folder, or its analysis.json."
        ) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise UnreadableInput(
            f"{file} is not an analysis that FormCheck wrote. Name a results folder, or its analysis.json."
        )
    if record.get("version") != VERSION:
        raise UnreadableInput(
            f"{file} has version {record.get('version')} of the format and this FormCheck reads version {VERSION}. "
            "Install the newer FormCheck, or analyse the clip again."
        )
    return record


def _analysis(record: dict[str, Any], keypoints: Path) -> Analysis:
    clip, scene = _clip(record), _scene(record)
    factor = scene.slow_motion_factor
    size = (clip.width, clip.height)
    source = str(record["made_with"].get("backend", "unknown"))
    track = read_keypoints(keypoints, size, source) if keypoints.is_file() else _no_track(size, source)
    return Analysis(
        clip=clip,
        runner=Runner(**record.get("runner", {})),
        track=track,
        scene=scene,
        motion=None,
        steps=tuple(_step(each, factor) for each in record["steps"]),
        measurements={id: _measurement(id, each, factor) for id, each in record["measurements"].items()},
        cues=tuple(_cue(each) for each in record["cues"]),
        praise=tuple(record.get("praise", ())),
        made_with=record["made_with"],
    )


def _clip(record: dict[str, Any]) -> Clip:
    parts = {part: record["clip"][part] for part in CLIP_PARTS if part != "slow_motion_factor"}
    return Clip(**parts)


def _scene(record: dict[str, Any]) -> Scene:
    quality, refusal = record["quality"], record["refusal"]
    return Scene(
        **{part: _plain(record["scene"][part]) for part in SCENE_PARTS if part in record["scene"]},
        roll_deg=_number(quality["camera_roll_deg"]),
        yaw_deg=_number(quality["yaw_deg"]),
        slow_motion_factor=record["clip"]["slow_motion_factor"],
        detected_share=quality["detected_share"],
        person_height_px=_number(quality["person_height_px"]),
        refusal=Refusal(**refusal) if refusal else None,
        warnings=tuple(Warn(**each) for each in record["warnings"]),
    )


def _plain(value: Any) -> Any:
    """Return a list as the tuple that it was."""
    return tuple(value) if isinstance(value, list) else value


def _step(each: dict[str, Any], factor: float) -> Step:
    def seconds(name: str) -> float:
        return _number(each.get(name)) / factor

    return Step(
        each["side"], seconds("contact_s"), seconds("toe_off_s"), seconds("contact_sd_s"), seconds("toe_off_sd_s"),
        each["near"], each["confidence"],
    )  # fmt: skip


def _measurement(name: str, each: dict[str, Any], factor: float) -> Measurement:
    sides = tuple(_one_side(name, each["unit"], side) for side in each.get("by_side", ()))
    return Measurement(
        metric=name, unit=each["unit"],
        value=_number(each["value"]), low=_number(each["low"]), high=_number(each["high"]),
        n=each["n"], side=each["side"], why_missing=each["why_missing"],
        missing_code=each.get("missing_code"),
        times=tuple(time / factor for time in each.get("times_s", ())),
        samples=tuple(_number(value) for value in each.get("samples", ())),
        by_side=sides, extra=each.get("extra", {}),
    )  # fmt: skip


def _one_side(name: str, unit: str, each: dict[str, Any]) -> Measurement:
    value, low, high = (_number(each[part]) for part in ("value", "low", "high"))
    return Measurement(name, unit, value, low, high, each["n"], each["side"], each["why_missing"])


def _cue(each: dict[str, Any]) -> Cue:
    parts = {**each, "show_at": _number(each["at_s"])}
    del parts["at_s"]
    return Cue(**parts)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _no_track(size: tuple[int, int], source: str) -> PoseTrack:
    empty = np.zeros((0, N_KEYPOINTS, 2))
    return PoseTrack(np.zeros(0), empty, empty[..., 0], size, source)
