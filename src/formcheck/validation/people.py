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
    left: Mapping[str, float] = field(default_factory=dict)  # the error with one ingredient from the labels
    told: float = np.nan  # the clip's value, of all its steps, minus the label's

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
    points: tuple[str, ...]  # that the formula uses
    less: tuple[str, ...] = ()  # events whose mean is subtracted


ALWAYS = ("contact", "midstance", "toeoff", "swing")
LEG = ("hip", "knee", "ankle")
EYE_READINGS = {
    "trunk_lean": EyeReading(
        ALWAYS, lambda p: float(biomechanics.lean_deg(p["hip"], p["shoulder"])), ("hip", "shoulder")
    ),
    "foot_strike_angle": EyeReading(("contact",), _foot, ("heel", "toe"), less=("midstance",)),
    "knee_flexion_contact": EyeReading(("contact",), _knee, LEG),
    "knee_flexion_stance": EyeReading(("midstance",), _knee, LEG),
    "knee_flexion_swing": EyeReading(("swing",), _knee, LEG),
    "shank_angle": EyeReading(
        ("contact",), lambda p: float(biomechanics.shank_deg(p["knee"], p["ankle"])), ("knee", "ankle")
    ),
    "overstride": EyeReading(
        ("contact",), lambda p: 100 * float(p["ankle"][0] - p["hip"][0]), ("hip", "ankle")
    ),
    "thigh_extension": EyeReading(
        ("toeoff",), lambda p: -float(biomechanics.thigh_deg(p["hip"], p["knee"])), ("hip", "knee")
    ),
    "elbow_angle": EyeReading(ALWAYS, _elbow, ("shoulder", "elbow", "wrist")),
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
        found = _compared(analysis.track, mine, clip, reading)
        if np.isfinite(found.error):
            own = METRICS[id].error_from(analysis.track.source)
            left = {
                part: _compared(analysis.track, mine, clip, reading, part).error - own.bias
                for part in (*reading.points, *reading.less)
            }
            told = analysis.measurements[id].value - found.label
            out.append(
                OnVideo(name, id, found.frames, found.error - own.bias, own.sd, found.label_sd, left, told)
            )
    return out


@dataclass(frozen=True)
class _Compared:
    """What the model's points and the labels give in the frames of one metric."""

    error: float  # mean of model minus label
    label: float  # mean of the label
    label_sd: float  # the label's error repeats, so it is not averaged
    frames: int


def _compared(
    track: PoseTrack, frames: Sequence[LabelledFrame], clip: EyeClip, reading: EyeReading, labelled: str = ""
) -> _Compared:
    """Compare a metric's frames, with one point or the frames of one event taken from the labels."""
    found = _mean(track, frames, clip, reading.formula, reading.events, labelled)
    if not reading.less:
        return found
    zero = _mean(track, frames, clip, reading.formula, reading.less, labelled)
    return _Compared(
        found.error - zero.error,
        found.label - zero.label,
        float(np.hypot(found.label_sd, zero.label_sd)),
        found.frames,
    )


def _mean(
    track: PoseTrack,
    frames: Sequence[LabelledFrame],
    clip: EyeClip,
    formula: Callable[[Points], float],
    events: tuple[str, ...],
    labelled: str,
) -> _Compared:
    """Compare the frames of these events."""
    rows = [_pair(track, each, clip, formula, labelled) for each in frames if each.event in events]
    seen = np.array([row for row in rows if np.isfinite(row).all()]).reshape(-1, 3)
    error, label, label_sd = seen.mean(axis=0) if len(seen) else np.full(3, np.nan)
    return _Compared(float(error), float(label), float(label_sd), len(seen))


def _pair(
    track: PoseTrack, frame: LabelledFrame, clip: EyeClip, formula: Callable[[Points], float], labelled: str
) -> tuple[float, float, float]:
    """Return the model's value minus the label's, the label's, and the standard error of the label's."""
    names = [name for name in NAMES if name in frame.points]
    to_runner = np.array([1.0 if clip.facing == "right" else -1.0, -1.0]) / clip.leg_px
    label = {name: np.array(frame.points[name][:2]) * to_runner for name in names}
    model = {
        name: label[name] if labelled in (name, frame.event)
        else track.xy[frame.frame, K[f"{clip.near_side}_{name}"]] * to_runner
        for name in names
    }  # fmt: skip
    try:
        value = formula(label)
    except KeyError:  # one of its points is not labelled here
        return np.nan, np.nan, np.nan
    moved = [
        formula({**label, name: label[name] + np.eye(2)[axis] * frame.points[name][2] / clip.leg_px}) - value
        for name in names
        for axis in (0, 1)
    ]
    return formula(model) - value, value, float(np.linalg.norm(moved))


def rms_z(rows: Sequence[OnVideo]) -> float:
    """Return the root mean square of the errors in standard errors; 1 is right."""
    return float(np.sqrt(np.mean([row.z**2 for row in rows]))) if rows else np.nan
