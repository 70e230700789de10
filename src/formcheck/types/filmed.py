"""What was filmed, from the clip to the runner's track, scene, motion and steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.skeleton import N_KEYPOINTS, K
from formcheck.types.options import Activity, CaptureSource, Setting, SettingOption, Side, View, ViewOption


def _expect(name: str, array: np.ndarray, *shape: int | None) -> None:
    """Raise ValueError unless `array` has `shape` (None = any length)."""
    fits = array.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, array.shape))
    if not fits:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a video."""

    image: np.ndarray  # (H, W, 3) uint8 RGB, upright
    time: float  # s, presentation time since the first frame

    def __post_init__(self) -> None:
        _expect("image", self.image, None, None, 3)
        if self.image.dtype != np.uint8:
            raise ValueError(f"image must be uint8, got {self.image.dtype}")

    def __repr__(self) -> str:
        return f"Frame(time={self.time:.3f} s, size={self.image.shape[1]}x{self.image.shape[0]})"


@dataclass(frozen=True)
class Warn:
    """Something the runner should know about the clip; it did not prevent measuring."""

    code: str
    message: str


@dataclass(frozen=True)
class Refusal:
    """Why nothing can be measured, and how to film it instead."""

    code: str
    reason: str
    how_to_film: str


@dataclass(frozen=True)
class Clip:
    """Description of a video file. `frames` and `duration_s` count what could be decoded."""

    name: str
    sha256: str
    frames: int
    duration_s: float
    fps: float  # frames per second in the file's timebase (median interval)
    variable_frame_rate: bool
    width: int  # px, upright
    height: int  # px, upright
    rotation: int  # degrees anticlockwise by which the stored picture is turned, as FFmpeg states it
    capture_fps: float  # frames per second of real time; = fps unless slow motion
    warnings: tuple[Warn, ...] = ()
    capture_source: CaptureSource = "file"  # where `capture_fps` comes from

    @property
    def slow_motion_factor(self) -> float:
        """How many times slower than real time the file plays."""
        return self.capture_fps / self.fps if self.fps > 0 else 1.0

    def in_real_time(self) -> Clip:
        """Return the clip with the file's timebase taken as real time, whatever its tags say."""
        return replace(self, capture_fps=self.fps, capture_source="file")


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the image around the runner shows, frame by frame."""

    people: np.ndarray  # (T,) people seen at once; NaN where not checked
    background: np.ndarray  # (T, 2) px, displacement of the background since frame 0; NaN = unknown
    roll_deg: float  # camera roll from vertical lines, + = horizon turned anticlockwise; NaN = unknown
    ground: np.ndarray | None = None  # (T, 2) px/s, image motion below the hips; NaN = nothing to follow
    roll_sd_deg: float = np.nan  # standard error of the roll; NaN = the usual one


@dataclass(frozen=True)
class Clarity:
    """How clearly a clip shows the runner, from a sample of its frames. NaN = not known."""

    looks_apart: float  # % of body height between the keypoints of a frame and of its mirror image
    usual_apart: float  # the same for this net on clips of people in good light
    brightness: float  # 0..255, mean grey level around the runner
    contrast: float  # 0..255, standard deviation of the grey level around the runner

    @property
    def error_factor(self) -> float:
        """How many times larger than in good light the pose model's errors are, at least 1.

        Proportional to the difference between the two mirror-image estimates. Fitted on two clips, one of
        a person and one rendered, made darker, paler, noisier and blurred in 20 steps: the resulting
        changes of the metrics correspond to 0.8 to 1.3 times this factor (docs/pose.md).
        """
        return max(1.0, self.looks_apart / self.usual_apart) if self.looks_apart > 0 else 1.0


@dataclass(frozen=True, eq=False)
class PoseTrack:
    """One runner's keypoints over time, as the camera saw them: T frames, 21 keypoints.

    `time` is in the clip's own timebase (slow motion not removed).
    """

    time: np.ndarray  # (T,) s, presentation times, strictly increasing
    xy: np.ndarray  # (T, 21, 2) px, x right, y DOWN; NaN = not seen
    confidence: np.ndarray  # (T, 21) 0..1, as reported by the back-end
    size: tuple[int, int]  # (width, height) px
    source: str  # back-end, e.g. "blazepose-heavy"
    surroundings: Surroundings | None = None
    swaps_repaired: int = 0  # frames in which swapped left and right legs were corrected
    breaks: int = 0  # how often the tracked person changed, or turned round
    left_out_share: float = 0.0  # of the frames with a person: another person or another direction
    clarity: Clarity | None = None  # None = not assessed, as for markers
    way_back: PoseTrack | None = (
        None  # the runner's longest pass in the other direction; None = there is none
    )

    def __post_init__(self) -> None:
        frames = len(self.time)
        _expect("xy", self.xy, frames, N_KEYPOINTS, 2)
        _expect("confidence", self.confidence, frames, N_KEYPOINTS)
        if not np.all(np.diff(self.time) > 0):
            raise ValueError("time must increase strictly")

    def point(self, name: str) -> np.ndarray:
        """Return one keypoint's (T, 2) px."""
        return self.xy[:, K[name]]

    @property
    def has_feet(self) -> bool:
        """Whether the pose model has heels and toes at all."""
        return bool(np.isfinite(self.xy[:, [K["left_heel"], K["left_toe"]]]).any())


@dataclass(frozen=True)
class Filming:
    """What the user states about how a clip was filmed; "auto" = determined from the image."""

    view: ViewOption = "auto"
    setting: SettingOption = "auto"


@dataclass(frozen=True)
class Scene:
    """What was filmed: the activity and the camera view, or why it cannot be measured."""

    activity: Activity
    view: View
    facing: Side | None  # direction of running in the image; None unless seen from the side
    setting: Setting
    people: int
    near_side: Side | None  # the leg nearer to the camera; None unless seen from the side
    roll_deg: float = np.nan  # NaN = unknown
    roll_sd_deg: float = np.nan  # standard error of the roll; NaN = the usual one
    yaw_deg: float = np.nan  # away from the axis of the view; NaN = unknown
    slow_motion_factor: float = 1.0
    detected_share: float = 0.0
    person_height_px: float = np.nan
    camera_moves: bool = False
    feet_visible: bool = True
    setting_given: bool = False  # stated by the user; else determined from the image
    clarity: Clarity | None = None  # None = not assessed
    measured_s: tuple[float, float] | None = (
        None  # s in the clip's timebase: from, to; None = all of it, or nothing
    )
    standing_s: tuple[float, float] | None = (
        None  # the same, for the longest quiet stand; None = there is none
    )
    refusal: Refusal | None = None
    warnings: tuple[Warn, ...] = ()

    @property
    def pose_error_factor(self) -> float:
        """How many times larger than usual the pose model's errors are in this clip."""
        return 1.0 if self.clarity is None else self.clarity.error_factor


TRAINING_MARKERS = "training-markers"  # origin: marker placement of the net's training data


@dataclass(frozen=True, eq=False)
class Motion:
    """How the runner moved: N even samples in real time (slow motion removed).

    Side view: x forward, y up, measured in leg lengths relative to the fixed background.
    Front or rear: x towards the runner's own left, y up.
    """

    rate: float  # Hz of real time
    xy: np.ndarray  # (N, 21, 2) leg lengths, cleaned and low-pass filtered; NaN = gap
    raw: np.ndarray  # (N, 21, 2) leg lengths, sides repaired, not filtered; NaN = gap
    observed: np.ndarray  # (N, 21) bool, False where filled in or missing
    leg_px: float  # px per leg length (hip to ankle)
    frame_rate: float  # frames per second of real time at which the camera recorded, on average
    near_side: Side | None = None
    origin: str = "unknown"  # of the points: a pose model, "markers", or `TRAINING_MARKERS`

    def __post_init__(self) -> None:
        samples = len(self.xy)
        _expect("xy", self.xy, samples, N_KEYPOINTS, 2)
        _expect("raw", self.raw, samples, N_KEYPOINTS, 2)
        _expect("observed", self.observed, samples, N_KEYPOINTS)
        if not self.rate > 0:
            raise ValueError(f"rate must be positive, got {self.rate}")

    @property
    def time(self) -> np.ndarray:
        """(N,) s of real time since the first frame."""
        return np.arange(len(self.xy)) / self.rate

    def point(self, name: str) -> np.ndarray:
        """Return one cleaned keypoint's (N, 2) leg lengths."""
        return self.xy[:, K[name]]

    def middle(self, part: str) -> np.ndarray:
        """Return the midpoint of a left-right pair, (N, 2) leg lengths."""
        return np.asarray(0.5 * (self.point(f"left_{part}") + self.point(f"right_{part}")))


@dataclass(frozen=True)
class Step:
    """One ground contact. Times are seconds of real time since the first frame."""

    side: Side
    contact: float  # s, initial contact
    toe_off: float  # s; NaN = cut off by the end of the clip or not seen
    contact_sd: float = np.nan  # s, standard error of `contact`
    toe_off_sd: float = np.nan  # s, standard error of `toe_off`
    near: bool = True  # this leg is nearer to the camera
    confidence: float = 1.0  # 0..1

    @property
    def duration(self) -> float:
        """Ground contact time in s."""
        return self.toe_off - self.contact


@dataclass(frozen=True)
class Runner:
    """What the user states about the runner; None = not stated."""

    height_m: float | None = None
    mass_kg: float | None = None
    speed_mps: float | None = None
    name: str | None = None
