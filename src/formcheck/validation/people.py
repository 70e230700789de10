"""People on video: the pose model's joints against joints labelled by eye, frame by frame.

The only judge of the errors stated for pose models (`Metric.on_people`) that no formula of
FormCheck shares: angles are computed from a labeller's points and from the model's points in
the same frames, and the difference is compared with the stated error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from formcheck import biomechanics
from formcheck.course import Z95
from formcheck.errors import UnreadableInput
from formcheck.files.typed import WrongContent, parse_json, read_as
from formcheck.metrics import METRICS
from formcheck.pipeline import analyze
from formcheck.skeleton import K
from formcheck.types import Analysis, ModelOption, PoseTrack

KEYPOINTS_FILE, FORMAT, VERSION = "keypoints.json", "formcheck-eye-keypoints", 1

NAMES = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")

Points = Mapping[str, np.ndarray]
"""Each point's (2,) position, x forward and y up."""


@dataclass(frozen=True)
class LabelledFrame:
    """One frame with points marked by eye."""

    clip: str
    frame: int  # counted from 0
    event: str  # "contact", "midstance", "toeoff" or "swing"
    points: Mapping[str, tuple[float, float, float]]  # x, y and the label's standard error, px


@dataclass(frozen=True)
class EyeClip:
    """Where a labelled clip is and how it was filmed."""

    source: str
    facing: str
    near_side: str
    leg_px: float


@dataclass(frozen=True)
class EyeLabels:
    """The content of keypoints.json that is used."""

    format: str
    version: int
    clips: Mapping[str, EyeClip] = field(default_factory=dict)
    frames: tuple[LabelledFrame, ...] = ()


@dataclass(frozen=True)
class OnVideo:
    """One metric of one labelled clip, in the metric's unit."""

    clip: str
    metric: str
    frames: int
    error: float  # mean of model minus label in the labelled frames, the known bias taken out
    stated: float  # standard error stated for this source of keypoints
    label_sd: float  # standard error of the label

    @property
    def z(self) -> float:
        """The error in standard errors of model and label together."""
        return self.error / float(np.hypot(self.stated, self.label_sd))

    @property
    def held(self) -> bool:
        """Whether the error lies within the 95 % interval."""
        return abs(self.z) <= Z95


def _knee(p: Points) -> float:
    return float(biomechanics.knee_flexion_deg(p["hip"], p["knee"], p["ankle"]))


def _elbow(p: Points) -> float:
    return float(biomechanics.included_deg(p["shoulder"], p["elbow"], p["wrist"]))


def _foot(p: Points) -> float:
    return float(biomechanics.pitch_deg(p["heel"], p["toe"]))


@dataclass(frozen=True)
class EyeReading:
    """How a metric is read from labelled frames."""

    events: tuple[str, ...]
    formula: Callable[[Points], float]
    less: tuple[str, ...] = ()  # events whose mean is subtracted


ALWAYS = ("contact", "midstance", "toeoff", "swing")
EYE_READINGS = {
    "trunk_lean": EyeReading(ALWAYS, lambda p: float(biomechanics.lean_deg(p["hip"], p["shoulder"]))),
    "foot_strike_angle": EyeReading(("contact",), _foot, less=("midstance",)),
    "knee_flexion_contact": EyeReading(("contact",), _knee),
    "knee_flexion_stance": EyeReading(("midstance",), _knee),
    "knee_flexion_swing": EyeReading(("swing",), _knee),
    "shank_angle": EyeReading(("contact",), lambda p: float(biomechanics.shank_deg(p["knee"], p["ankle"]))),
    "overstride": EyeReading(("contact",), lambda p: 100 * float(p["ankle"][0] - p["hip"][0])),
    "thigh_extension": EyeReading(("toeoff",), lambda p: -float(biomechanics.thigh_deg(p["hip"], p["knee"]))),
    "elbow_angle": EyeReading(ALWAYS, _elbow),
}
"""The metrics that labels of joints can judge."""


def read_eye_labels(folder: Path) -> EyeLabels | None:
    """Return the labels of a folder; None without a keypoints.json.

    Raises
    ------
    UnreadableInput
        If the file is damaged or of another format.
    """
    path = folder / KEYPOINTS_FILE
    if not path.is_file():
        return None
    try:
        told = read_as(Mapping[str, Any], parse_json(path.read_bytes()), "the file")
        if (told.get("format"), told.get("version")) != (FORMAT, VERSION):
            raise WrongContent(f"not {FORMAT} of version {VERSION}")
        clips = {name: _clip(each) for name, each in told["clips"].items()}
        return EyeLabels(FORMAT, VERSION, clips, tuple(_frame(each) for each in told["frames"]))
    except (OSError, WrongContent, KeyError, TypeError, ValueError) as error:
        raise UnreadableInput(f"{path} is not a list of labelled keypoints ({error}).") from error


def _clip(told: Mapping[str, Any]) -> EyeClip:
    return EyeClip(str(told["source"]), str(told["facing"]), str(told["near_side"]), float(told["leg_px"]))


def _frame(told: Mapping[str, Any]) -> LabelledFrame:
    points = {name: (float(x), float(y), float(sd)) for name, (x, y, sd) in told["points"].items()}
    return LabelledFrame(str(told["clip"]), int(told["frame"]), str(told["event"]), points)


def run_people(folder: Path, model: ModelOption = "best") -> tuple[OnVideo, ...]:
    """Measure every clip of a folder whose keypoints are labelled, and that is there."""
    labels = read_eye_labels(folder)
    if labels is None:
        return ()
    there = {name: clip for name, clip in labels.clips.items() if (folder / clip.source).is_file()}
    return tuple(
        row
        for name, clip in there.items()
        for row in compared(analyze(folder / clip.source, model=model), name, clip, labels.frames)
    )


def compared(analysis: Analysis, name: str, clip: EyeClip, frames: Iterable[LabelledFrame]) -> list[OnVideo]:
    """Return one row for every metric with labelled frames in this clip."""
    mine = [each for each in frames if each.clip == name]
    out = []
    for id, reading in EYE_READINGS.items():
        error, label_sd, used = _mean(analysis.track, mine, clip, reading.formula, reading.events)
        if reading.less:
            flat, flat_sd, _ = _mean(analysis.track, mine, clip, reading.formula, reading.less)
            error, label_sd = error - flat, float(np.hypot(label_sd, flat_sd))
        if np.isfinite(error):
            own = METRICS[id].error_from(analysis.track.source)
            out.append(OnVideo(name, id, used, error - own.bias, own.sd, label_sd))
    return out


def _mean(
    track: PoseTrack,
    frames: Sequence[LabelledFrame],
    clip: EyeClip,
    formula: Callable[[Points], float],
    events: tuple[str, ...],
) -> tuple[float, float, int]:
    """Return the mean difference, the label's error (it repeats, so it is not averaged), and the frames."""
    pairs = [_pair(track, each, clip, formula) for each in frames if each.event in events]
    seen = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
    return (
        (float(seen[:, 0].mean()), float(seen[:, 1].mean()), len(seen)) if len(seen) else (np.nan, np.nan, 0)
    )


def _pair(
    track: PoseTrack, frame: LabelledFrame, clip: EyeClip, formula: Callable[[Points], float]
) -> tuple[float, float]:
    """Return the model's value minus the label's, and the standard error of the label's."""
    names = [name for name in NAMES if name in frame.points]
    to_runner = np.array([1.0 if clip.facing == "right" else -1.0, -1.0]) / clip.leg_px
    label = {name: np.array(frame.points[name][:2]) * to_runner for name in names}
    model = {name: track.xy[frame.frame, K[f"{clip.near_side}_{name}"]] * to_runner for name in names}
    try:
        value = formula(label)
    except KeyError:  # one of its points is not labelled here
        return np.nan, np.nan
    moved = [
        formula({**label, name: label[name] + np.eye(2)[axis] * frame.points[name][2] / clip.leg_px}) - value
        for name in names
        for axis in (0, 1)
    ]
    return formula(model) - value, float(np.linalg.norm(moved))


def rms_z(rows: Sequence[OnVideo]) -> float:
    """Return the root mean square of the errors in standard errors; 1 is right."""
    return float(np.sqrt(np.mean([row.z**2 for row in rows]))) if rows else np.nan
