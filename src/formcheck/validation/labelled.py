"""Real clips whose contacts were labelled by eye, and clips that must be refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.errors import FormCheckError
from formcheck.pipeline import analyze
from formcheck.types import Analysis, ModelOption

LABELS = "labels.json"


@dataclass(frozen=True)
class LabelledClip:
    """One clip against its labels. NaN = not labelled or not found."""

    name: str
    contacts: int  # labelled
    found: int  # of them, a contact told within three frames
    within_one: int  # of them, within one frame
    told: int  # contacts told between the first and last label (three frames either side)
    offset_frames: float  # mean of told less labelled
    sides_right: float  # share of found contacts with the labelled foot
    cadence: float
    cadence_low: float
    cadence_high: float
    cadence_labelled: float
    cadence_doubt: float
    refusal: str | None
    activity: str
    failure: str | None = None

    @property
    def precision(self) -> float:
        """Share of told contacts that are labelled."""
        return self.found / self.told if self.told else np.nan


@dataclass(frozen=True)
class Expected:
    """A clip of something else than running."""

    name: str
    expected: str
    seen: str  # activity, and the refusal's code
    cadence_told: bool
    fine: bool


def read_labels(folder: Path) -> Mapping[str, Any]:
    """Return a folder's labels, empty where it has none."""
    path = folder / LABELS
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    except ValueError as error:
        raise FormCheckError(f"{path} is not valid JSON: {error}.") from error


def run_labelled(
    folder: Path, model: ModelOption = "best"
) -> tuple[tuple[LabelledClip, ...], tuple[Expected, ...]]:
    """Measure every labelled clip that is there."""
    labels = read_labels(folder)
    clips = [
        run_clip(folder / name, name, label, model)
        for name, label in labels.get("clips", {}).items()
        if (folder / name).is_file()
    ]
    others = [
        run_expected(folder / name, name, label, model)
        for name, label in labels.get("expected", {}).items()
        if (folder / name).is_file()
    ]
    return tuple(clips), tuple(others)


def missing_clips(folder: Path) -> tuple[str, ...]:
    """Return the labelled files that are not there."""
    labels = read_labels(folder)
    names = [*labels.get("clips", {}), *labels.get("expected", {})]
    return tuple(name for name in names if not (folder / name).is_file())


def run_clip(path: Path, name: str, label: Mapping[str, Any], model: ModelOption) -> LabelledClip:
    """Measure one clip and hold its contacts against the labelled frames."""
    frames = np.array(label.get("contacts", label.get("right_contacts_only", [])), int)
    cadence, doubt = (
        float(label.get(key) or np.nan) for key in ("cadence_video_spm", "cadence_uncertainty_spm")
    )
    try:
        analysis = analyze(path, model=model)
    except FormCheckError as error:
        return LabelledClip(
            name,
            len(frames),
            0,
            0,
            0,
            np.nan,
            np.nan,
            np.nan,
            np.nan,
            np.nan,
            cadence,
            doubt,
            None,
            "none",
            str(error),
        )
    told, sides = told_frames(analysis)
    if "right_contacts_only" in label:
        told, sides = told[sides == "R"], sides[sides == "R"]
    pairs = match(frames, told)
    off = np.array([told[j] - frames[i] for i, j in pairs], float)
    feet = label.get("feet")
    right = [sides[j] == feet[i] for i, j in pairs] if feet else []
    between = (told >= frames[0] - 3) & (told <= frames[-1] + 3) if len(frames) else np.zeros(0, bool)
    found = analysis.measurements["cadence"]
    return LabelledClip(
        name, len(frames), len(pairs), int(np.sum(np.abs(off) <= 1)), int(between.sum()),
        float(off.mean()) if len(off) else np.nan, float(np.mean(right)) if right else np.nan,
        found.value, found.low, found.high, cadence, doubt,
        analysis.refusal.code if analysis.refusal else None, analysis.scene.activity,
    )  # fmt: skip


def told_frames(analysis: Analysis) -> tuple[np.ndarray, np.ndarray]:
    """Return, per told contact, the first frame that shows the foot on the ground, and L or R."""
    times = analysis.track.time - analysis.track.time[0]
    at = [analysis.on_clip_clock(step.contact) for step in analysis.steps]
    return np.searchsorted(times, at), np.array([step.side[0].upper() for step in analysis.steps])


def match(labelled: Sequence[int] | np.ndarray, told: np.ndarray, reach: int = 3) -> list[tuple[int, int]]:
    """Pair labelled and told frames, nearest first, each once, at most `reach` apart."""
    every = sorted(
        (abs(int(a) - int(b)), i, j)
        for i, a in enumerate(labelled)
        for j, b in enumerate(told)
        if abs(int(a) - int(b)) <= reach
    )
    taken: dict[int, int] = {}
    for _, i, j in every:
        if i not in taken and j not in taken.values():
            taken[i] = j
    return sorted(taken.items())


def run_expected(path: Path, name: str, label: Mapping[str, Any], model: ModelOption) -> Expected:
    """Measure a clip that shows no running."""
    wanted = label.get("activity") or label.get("refuse") or "refused"
    try:
        analysis = analyze(path, model=model)
    except FormCheckError as error:
        return Expected(name, str(wanted), str(error), False, True)
    refusal = analysis.refusal.code if analysis.refusal else "measured"
    activity = analysis.scene.activity
    fine = analysis.refusal is not None and label.get("activity", activity) == activity
    cadence = analysis.measurements["cadence"].measured
    return Expected(name, str(wanted), f"{activity}, {refusal}", cadence, fine and not cadence)
