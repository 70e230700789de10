"""Real clips whose contacts were labelled by eye, and clips that must be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np

from formcheck.errors import FormCheckError, UnreadableInput
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.pipeline import analyze
from formcheck.types import Analysis, ModelOption

LABELS = "labels.json"


@dataclass(frozen=True)
class LabelledClip:
    """One clip compared with its labels. NaN = not labelled or not found."""

    name: str
    contacts: int  # number of labelled contacts
    found: int  # labelled contacts with a detected contact within three frames
    within_one: int  # labelled contacts with a detected contact within one frame
    told: int  # detected contacts from three frames before the first label to three frames after the last
    offset_frames: float  # mean of detected minus labelled frame
    sides_right: float  # share of found contacts assigned to the labelled foot
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
        """Share of detected contacts that are labelled."""
        return self.found / self.told if self.told else np.nan


@dataclass(frozen=True)
class Expected:
    """A clip that shows something other than running."""

    name: str
    expected: str
    seen: str  # detected activity and the code of the refusal
    cadence_told: bool
    fine: bool


@dataclass(frozen=True)
class Label:
    """The labels of one clip; other entries in labels.json are for human readers."""

    contacts: tuple[int, ...] | None = None  # frame numbers, counted from 0
    right_contacts_only: tuple[int, ...] | None = None
    feet: tuple[Literal["L", "R"], ...] | None = None
    cadence_video_spm: float | None = None
    cadence_uncertainty_spm: float | None = None
    activity: str | None = None
    refuse: str | None = None

    def __post_init__(self) -> None:
        if self.feet is not None and len(self.feet) != len(self.frames):
            raise ValueError(f"{len(self.feet)} feet for {len(self.frames)} contacts")

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames of the labelled contacts."""
        return self.contacts or self.right_contacts_only or ()


@dataclass(frozen=True)
class Labels:
    """The labels of a folder, keyed by the clip's path within it."""

    clips: Mapping[str, Label] = field(default_factory=dict)
    expected: Mapping[str, Label] = field(default_factory=dict)


def read_labels(folder: Path) -> Labels:
    """Return the labels of a folder; empty if it has no labels.json.

    Raises
    ------
    UnreadableInput
        If the file is damaged or names a clip outside the folder.
    """
    path = folder / LABELS
    if not path.is_file():
        return Labels()
    try:
        told = read_as(Mapping[str, Any], parse_json(path.read_bytes()), "the file")
        return Labels(_labels(told, "clips"), _labels(told, "expected"))
    except (OSError, WrongContent) as error:
        raise UnreadableInput(f"{path} is not a list of labelled clips ({error}).") from error


def _labels(told: Mapping[str, Any], part: str) -> dict[str, Label]:
    names = {each.name for each in fields(Label)}
    rows = read_as(Mapping[str, Mapping[str, Any]], told.get(part, {}), part)
    for name in rows:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise WrongContent(f"{name} lies outside the folder")
    return {
        name: read_as(Label, {key: row[key] for key in names & set(row)}, f"the label of {name}")
        for name, row in rows.items()
    }


def run_labelled(
    folder: Path, model: ModelOption = "best"
) -> tuple[tuple[LabelledClip, ...], tuple[Expected, ...]]:
    """Measure every labelled clip that exists in the folder."""
    labels = read_labels(folder)
    clips = [
        run_clip(folder / name, name, label, model)
        for name, label in labels.clips.items()
        if (folder / name).is_file()
    ]
    others = [
        run_expected(folder / name, name, label, model)
        for name, label in labels.expected.items()
        if (folder / name).is_file()
    ]
    return tuple(clips), tuple(others)


def missing_clips(folder: Path) -> tuple[str, ...]:
    """Return the labelled files that do not exist in the folder."""
    labels = read_labels(folder)
    names = [*labels.clips, *labels.expected]
    return tuple(name for name in names if not (folder / name).is_file())


def run_clip(path: Path, name: str, label: Label, model: ModelOption) -> LabelledClip:
    """Measure one clip and compare its contacts with the labelled frames."""
    frames = np.array(label.frames, int)
    cadence, doubt = (each or np.nan for each in (label.cadence_video_spm, label.cadence_uncertainty_spm))
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
    if label.contacts is None and label.right_contacts_only is not None:
        told, sides = told[sides == "R"], sides[sides == "R"]
    pairs = match(frames, told)
    off = np.array([told[j] - frames[i] for i, j in pairs], float)
    right = [sides[j] == label.feet[i] for i, j in pairs] if label.feet else []
    between = (told >= frames[0] - 3) & (told <= frames[-1] + 3) if len(frames) else np.zeros(0, bool)
    found = analysis.measurements["cadence"]
    return LabelledClip(
        name, len(frames), len(pairs), int(np.sum(np.abs(off) <= 1)), int(between.sum()),
        float(off.mean()) if len(off) else np.nan, float(np.mean(right)) if right else np.nan,
        found.value, found.low, found.high, cadence, doubt,
        analysis.refusal.code if analysis.refusal else None, analysis.scene.activity,
    )  # fmt: skip


def told_frames(analysis: Analysis) -> tuple[np.ndarray, np.ndarray]:
    """Return, per detected contact, the first frame that shows the foot on the ground, and L or R."""
    times = analysis.track.time - analysis.track.time[0]
    at = [analysis.on_clip_clock(step.contact) for step in analysis.steps]
    return np.searchsorted(times, at), np.array([step.side[0].upper() for step in analysis.steps])


def match(labelled: Sequence[int] | np.ndarray, told: np.ndarray, reach: int = 3) -> list[tuple[int, int]]:
    """Pair labelled and detected frames, nearest first, each used once, at most `reach` frames apart."""
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


def run_expected(path: Path, name: str, label: Label, model: ModelOption) -> Expected:
    """Measure a clip that shows something other than running."""
    wanted = label.activity or label.refuse or "refused"
    try:
        analysis = analyze(path, model=model)
    except FormCheckError as error:
        return Expected(name, str(wanted), str(error), False, True)
    refusal = analysis.refusal.code if analysis.refusal else "measured"
    activity = analysis.scene.activity
    fine = analysis.refusal is not None and (label.activity or activity) == activity
    cadence = analysis.measurements["cadence"].measured
    return Expected(name, str(wanted), f"{activity}, {refusal}", cadence, fine and not cadence)
