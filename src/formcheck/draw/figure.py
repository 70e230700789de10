"""The runner in one frame, and the skeleton drawn on the image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from formcheck.draw import style
from formcheck.draw.style import EDGE, FAR, NEAR, TRUNK, Colour
from formcheck.skeleton import SIDES, K
from formcheck.types import Analysis, PoseTrack, Scene

STEADY_S = 1.0  # averaging time of the position that labels follow
SMOOTH_S = 0.12  # duration of the fitted parabola, which reduces jitter and keeps the peaks
LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"), ("heel", "toe"))
DASH = 3.0  # dash length in line widths


@dataclass(frozen=True, eq=False)
class Figure:
    """The runner in one image, in px of that image."""

    xy: np.ndarray  # (21, 2) px, NaN = not to be drawn
    sure: np.ndarray  # (21,) bool
    near: str | None
    height: float  # px, of the person
    up: np.ndarray  # (2,) unit vector of the true vertical
    forward: float  # +1 = runs to the right of the image, -1 = to the left
    anchor: np.ndarray  # (2,) px, moving average of the hips, which keeps labels steady

    @cached_property
    def seen(self) -> np.ndarray:
        """The keypoints that can be drawn, (21,) bool."""
        return np.asarray(np.isfinite(self.xy).all(axis=1))

    @cached_property
    def width(self) -> int:
        """Width of a limb in px."""
        return style.line_width(self.height)

    def point(self, name: str) -> np.ndarray:
        """Return one keypoint, (2,) px."""
        return np.asarray(self.xy[K[name]])

    def middle(self, part: str) -> np.ndarray:
        """Return the midpoint of a left-right pair, (2,) px."""
        return np.asarray(0.5 * (self.point(f"left_{part}") + self.point(f"right_{part}")))

    def of(self, part: str, side: str | None = None) -> np.ndarray:
        """Return a keypoint of the near side, or of `side`."""
        return self.point(f"{side or self.near or 'left'}_{part}")


class Figures:
    """The runner in every frame, smoothed for display only."""

    def __init__(self, analysis: Analysis, scale: float):
        self.track, self.scene, self.scale = analysis.track, analysis.scene, scale
        self._xy = smoothed(analysis.track)
        self._anchors = steady(analysis.track)
        roll = np.radians(self.scene.roll_deg) if np.isfinite(self.scene.roll_deg) else 0.0
        self._up = np.array([-np.sin(roll), -np.cos(roll)])

    def at(self, time: float) -> Figure | None:
        """Return the runner in the frame at `time`, None where no one was detected."""
        index = index_at(self.track.time, time)
        return None if index is None else self.of(index)

    def of(self, index: int) -> Figure | None:
        """Return the runner in one frame of the track."""
        confidence = self.track.confidence[index]
        seen = (confidence >= style.SEEN)[:, None]
        xy = np.where(seen, self._xy[index], np.nan) * self.scale
        if not np.isfinite(xy).any():
            return None
        height = person_px(self.scene, xy / self.scale) * self.scale
        forward = -1.0 if self.scene.facing == "left" else 1.0
        return Figure(
            xy, confidence >= style.SURE, self.scene.near_side, height, self._up, forward,
            self._anchors[index] * self.scale,
        )  # fmt: skip


def person_px(scene: Scene, xy: np.ndarray) -> float:
    """Return the height of the person in px, from the scene or else from the visible keypoints."""
    if np.isfinite(scene.person_height_px):
        return scene.person_height_px
    return float(np.nanmax(xy[:, 1]) - np.nanmin(xy[:, 1]))


def index_at(times: np.ndarray, time: float) -> int | None:
    """Return the index of the frame at `time`, None if the track has none within half a frame."""
    if not len(times):
        return None
    index = min(int(np.searchsorted(times, time)), len(times) - 1)
    if index and abs(times[index - 1] - time) < abs(times[index] - time):
        index -= 1
    if times[index] == time:  # usual case; it avoids the slow median over a long clip
        return index
    half = 0.5 * float(np.median(np.diff(times))) if len(times) > 1 else np.inf
    return index if abs(times[index] - time) <= half else None


def smoothed(track: PoseTrack) -> np.ndarray:
    """Return (T, 21, 2) px, smoothed by a parabola over 0.12 s; unchanged next to gaps."""
    frames = len(track.time)
    if frames < 6:
        return track.xy
    rate = 1 / float(np.median(np.diff(track.time)))
    half = max(2, round(0.5 * SMOOTH_S * rate))
    offsets = np.arange(-half, half + 1)
    weights = np.linalg.pinv(np.vander(offsets / half, 3))[2]
    padded = np.pad(track.xy, ((half, half), (0, 0), (0, 0)), constant_values=np.nan)
    total = sum(weight * padded[k : k + frames] for k, weight in enumerate(weights))
    return np.where(np.isfinite(total), total, track.xy)


def steady(track: PoseTrack) -> np.ndarray:
    """Return (T, 2) px: mid-hip averaged over one second; NaN if it is never visible."""
    hips = 0.5 * (track.point("left_hip") + track.point("right_hip"))
    rate = 1 / float(np.median(np.diff(track.time))) if len(hips) > 1 else 1.0
    window = np.ones(min(len(hips), 1 + 2 * round(0.5 * STEADY_S * rate)))
    seen = np.isfinite(hips).all(axis=1)
    weight = np.convolve(seen, window, "same")
    total = [np.convolve(np.where(seen, axis, 0.0), window, "same") for axis in hips.T]
    return np.stack(total, axis=1) / np.where(weight > 0, weight, np.nan)[:, None]


def moved(figure: Figure, scale: float, shift: np.ndarray) -> Figure:
    """Return the figure in an image that was scaled, then shifted by `shift` px."""
    return replace(
        figure,
        xy=figure.xy * scale + shift,
        height=figure.height * scale,
        anchor=figure.anchor * scale + shift,
    )


def draw_skeleton(image: np.ndarray, figure: Figure) -> None:
    """Draw the runner: far side first, then trunk, then near side; in frontal views left is amber."""
    near = figure.near or "left"
    far = "right" if near == "left" else "left"
    _draw_far(image, figure, far)
    _draw_trunk(image, figure)
    _draw_lines(image, list(_limbs(figure, near)), NEAR, figure.width, figure)


def _draw_far(image: np.ndarray, figure: Figure, side: str) -> None:
    """Draw the far side thinner, and translucent where near and far side are known."""
    lines = list(_limbs(figure, side))
    if figure.near is None:
        _draw_lines(image, lines, FAR, figure.width, figure)
        return
    parts = [K[name] for line in lines for name in line]
    window = _window(image, figure.xy[parts][figure.seen[parts]], 3 * figure.width)
    if window is None:
        return
    part = image[window]
    before = part.copy()
    shift = np.array([window[1].start, window[0].start], float)
    width = max(style.THINNEST, round(0.7 * figure.width))
    _draw_lines(part, lines, FAR, width, moved(figure, 1.0, -shift))
    cv2.addWeighted(part, style.FAR_OPACITY, before, 1 - style.FAR_OPACITY, 0, dst=part)


def _window(image: np.ndarray, points: np.ndarray, margin: int) -> tuple[slice, slice] | None:
    """Return the part of an image that contains these points, (n, 2) px."""
    if not len(points):
        return None
    height, width = image.shape[:2]
    left, top = np.clip(np.floor(points.min(0)) - margin, 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(points.max(0)) + margin, 0, (width, height)).astype(int).tolist()
    return (slice(top, bottom), slice(left, right)) if right > left and bottom > top else None


def _limbs(figure: Figure, side: str) -> Iterator[tuple[str, ...]]:
    for limb in LIMBS:
        yield tuple(f"{side}_{part}" for part in limb)
    yield (f"{side}_ankle", f"{side}_heel")


def _draw_trunk(image: np.ndarray, figure: Figure) -> None:
    """Draw shoulders and hips; in side views also head and midline, otherwise the outline."""
    chains: list[tuple[str, ...]] = [("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")]
    width = max(style.THINNEST, figure.width - 1)
    if figure.near is None:
        chains += [(f"{side}_shoulder", f"{side}_hip") for side in SIDES]
    else:
        chains.append((f"{figure.near}_ear", "nose"))
        middle = np.array([figure.middle("hip"), figure.middle("shoulder")])
        if np.isfinite(middle).all():
            line = [np.round(middle).astype(np.int32)]
            cv2.polylines(image, line, False, EDGE, width + 2, cv2.LINE_AA)
            cv2.polylines(image, line, False, TRUNK, width, cv2.LINE_AA)
    _draw_lines(image, chains, TRUNK, width, figure)


def _draw_lines(
    image: np.ndarray, chains: list[tuple[str, ...]], colour: Colour, width: int, figure: Figure
) -> None:
    """Draw chains of joints with a dark edge; uncertain parts are dashed, missing ones omitted."""
    seen, sure = figure.seen, figure.sure
    pairs = [(K[a], K[b]) for chain in chains for a, b in zip(chain, chain[1:])]
    pairs = [(a, b) for a, b in pairs if seen[a] and seen[b]]
    lines = [(np.round(figure.xy[[a, b]]).astype(np.int32), sure[a] and sure[b]) for a, b in pairs]
    segments = [line for line, whole in lines if whole]
    segments += [dash for line, whole in lines if not whole for dash in _dashes(line, DASH * width)]
    cv2.polylines(image, segments, False, EDGE, width + 2, cv2.LINE_AA)
    cv2.polylines(image, segments, False, colour, width, cv2.LINE_AA)
    joints = [K[name] for chain in chains for name in chain]
    for joint in dict.fromkeys(joints):  # keeps the order; that of a set differs from run to run
        if seen[joint] and sure[joint]:
            x, y = figure.xy[joint].tolist()
            centre = (round(x), round(y))
            cv2.circle(image, centre, width, EDGE, -1, cv2.LINE_AA)
            cv2.circle(image, centre, max(1, width - 1), colour, -1, cv2.LINE_AA)


def _dashes(line: np.ndarray, length: float) -> list[np.ndarray]:
    start, end = line.astype(float)
    count = max(1, round(float(np.linalg.norm(end - start)) / (2 * length)))
    ends = np.linspace(0, 1, 2 * count + 1)
    return [
        np.round([start + (end - start) * ends[2 * k], start + (end - start) * ends[2 * k + 1]]).astype(
            np.int32
        )
        for k in range(count)
    ]
