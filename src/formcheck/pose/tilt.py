"""Camera tilt from the upright edges of the background: line segments and their vertical vanishing point.

The images of vertical edges are parallel only if the camera is level. If it looks down or
up, they converge, and their tilt changes linearly across the image. What turns the
runner's angles is the tilt at the runner's place, so a line is fitted: tilt = at the
runner + slope x distance from the runner, where each edge crosses the height of the hips:
along a row of the image, the tangent of the tilt is exactly linear. Segments are found with
OpenCV's line segment detector (von Gioi 2010) at full size: on a small image, an edge's
angle is too coarse.

The most valuable edges stand behind the runner, where arms and legs swing. There, an edge
counts only if most images of the clip show it in the same place: limbs do not stay.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import cv2
import numpy as np

from formcheck.errors import UsageError
from formcheck.types import Edge, PoseTrack, Surroundings

LARGEST_SIDE = 1920  # px: larger images are shrunk to this
SHORTEST, SHORTEST_PX = 0.06, 24  # of the image's height; shorter segments have no angle
REACH_DEG = 12.0  # phones are not held more tilted than this
MARGIN = 0.02  # of the width: a segment this close to the edge may be a letterbox
OVERLAY_DEG, OVERLAY = 0.1, 0.5  # exactly upright and half as high as the image: drawn on the video
CONVERGE_DEG = 25.0  # largest change of tilt across the image: a pitch of 15 deg, lens of a phone
END_PX = 0.7  # error of a segment's end
MOST = 300  # the longest segments of a clip are enough
SAME_OBJECT = 0.03  # of the width: segments closer together belong to one object
FEWEST_OBJECTS = 3
ENOUGH = 0.7  # total length of agreeing segments in one image, in image heights
LONGEST_FROM = 0.12  # of the height: at least one segment must be this long
RIVAL = 0.5  # as much length that agrees on another tilt makes the result doubtful
JACKKNIFE_DEG = 0.7  # no single object may decide the result
BESIDE = 0.04  # of the width: objects on one side only must come this close to the runner
CLICK_PX = 2.0  # error of a click on an edge, in a picture of 1000 px; larger pictures in proportion
BESIDE_RUNNER_DEG = 0.4  # a clicked edge may stand away from the runner: see `CONVERGE_DEG`
SHORTEST_CLICKED = 0.05  # of the picture's height
SAME_PLACE = 0.1  # of its length: from image to image, an edge behind the runner moves sideways by no more
LASTING, FEWEST_OTHERS = 0.6, 2  # share, and least number, of the other images that must show such an edge
SD_DEG = 0.7  # of the result, on real clips; under a known turn it changes correctly to 0.1


def tilt_of_edge(edge: Edge, size: tuple[int, int]) -> tuple[float, float]:
    """Return the camera's tilt and its standard error, deg, from an edge that is vertical in reality.

    Parameters
    ----------
    edge : (x1, y1, x2, y2) px of the upright picture
        Two points on it, for example clicked by the user.
    size : (width, height) px of that picture

    Raises
    ------
    UsageError
        If the points lie outside the picture, too close together, or not above one another.
    """
    x1, y1, x2, y2 = edge
    width, height = size
    if not all(np.isfinite(edge)) or not (
        min(x1, x2) >= 0 and max(x1, x2) <= width and min(y1, y2) >= 0 and max(y1, y2) <= height
    ):
        raise UsageError(f"The vertical edge lies outside the picture, which is {width} x {height} pixels.")
    across, up, length = (x2 - x1, y1 - y2, float(np.hypot(x2 - x1, y2 - y1)))
    if length < SHORTEST_CLICKED * height:
        raise UsageError("The two points on the vertical edge are too close together: take a longer edge.")
    across, up = (across, up) if up >= 0 else (-across, -up)
    tilt = float(np.degrees(np.arctan2(-across, up)))
    if abs(tilt) > REACH_DEG:
        raise UsageError(
            f"That edge leans by {abs(tilt):.0f} degrees: choose one that is vertical in reality."
        )
    click = np.sqrt(2) * CLICK_PX * max(1.0, max(size) / 1000)
    return tilt, float(np.hypot(np.degrees(np.arctan(click / length)), BESIDE_RUNNER_DEG))


def levelled(track: PoseTrack, edge: Edge | None) -> PoseTrack:
    """Return the track with the tilt that a vertical edge shows; unchanged without one."""
    if edge is None:
        return track
    tilt, sd = tilt_of_edge(edge, track.size)
    unknown = np.full(len(track.time), np.nan)
    around = track.surroundings or Surroundings(unknown, np.stack([unknown, unknown], axis=-1), np.nan)
    return replace(track, surroundings=replace(around, roll_deg=tilt, roll_sd_deg=sd))


@dataclass(frozen=True, eq=False)
class Uprights:
    """Nearly upright segments of the background, seen in one or several images of a clip."""

    x: np.ndarray  # (L,) px, middle of the segment
    y: np.ndarray  # (L,) px
    tilt_deg: np.ndarray  # (L,) + = horizon turned anticlockwise
    length: np.ndarray  # (L,) px
    behind: np.ndarray  # (L,) bool, whether the runner's limbs reach it

    @classmethod
    def none(cls) -> Uprights:
        """Return no segments."""
        nothing = np.empty(0)
        return cls(nothing, nothing, nothing, nothing, nothing.astype(bool))

    @classmethod
    def joined(cls, images: list[Uprights]) -> Uprights:
        """Return the segments of several images together, behind the runner only those that last."""
        kept = [
            image.where(~image.behind | image._last_in(images[:k] + images[k + 1 :]))
            for k, image in enumerate(images)
        ]
        every = [cls.none(), *kept]
        return cls(*(np.concatenate([getattr(p, field.name) for p in every]) for field in fields(cls)))

    def where(self, kept: np.ndarray) -> Uprights:
        """Return some of the segments."""
        return Uprights(*(getattr(self, field.name)[kept] for field in fields(self)))

    def x_at(self, y: float) -> np.ndarray:
        """Return where the segments, prolonged, cross a row of the image, (L,) px."""
        return np.asarray(self.x + (y - self.y) * np.tan(np.radians(self.tilt_deg)))

    def _last_in(self, others: list[Uprights]) -> np.ndarray:
        """Return (L,) bool: which segments most of the other images show too."""
        if len(others) < FEWEST_OTHERS:
            return np.zeros(len(self.x), bool)
        return np.asarray(np.mean([self._shown_in(other) for other in others], axis=0) >= LASTING)

    def _shown_in(self, other: Uprights) -> np.ndarray:
        """Return (L,) bool: which segments another image shows at the same angle in the same place."""
        turned = np.abs(self.tilt_deg[:, None] - other.tilt_deg)
        along = other.y - self.y[:, None]
        aside = self.x[:, None] + along * np.tan(np.radians(self.tilt_deg))[:, None] - other.x
        same = (turned < self.tolerance_deg[:, None]) & (np.abs(aside) < SAME_PLACE * self.length[:, None])
        same &= np.abs(along) < 0.5 * (self.length[:, None] + other.length)
        return np.asarray(same.any(axis=1))

    @property
    def tolerance_deg(self) -> np.ndarray:
        """How much each segment's angle may differ from the fitted one, (L,) deg."""
        return np.asarray(0.35 + np.degrees(np.arctan(END_PX / self.length)))


def uprights(image: np.ndarray, mask: np.ndarray | None = None, limbs: np.ndarray | None = None) -> Uprights:
    """Return the nearly upright segments of an RGB image outside the masked part.

    Parameters
    ----------
    image : (H, W, 3) uint8
    mask : (h, w) uint8, optional
        Zero where the runner's body is; of any size.
    limbs : (h, w) uint8, optional
        Zero where arms and legs may be.
    """
    height, width = image.shape[:2]
    scale = min(1.0, LARGEST_SIDE / max(height, width))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if lines is None:
        return Uprights.none()
    ends = lines.reshape(-1, 2, 2).astype(float) / scale
    ends = ends[_outside_mask(ends, mask, (width, height))]
    found = replace(_measured(ends), behind=~_outside_mask(ends, limbs, (width, height)))
    long = found.length > max(SHORTEST_PX, SHORTEST * height)
    inside = (found.x > MARGIN * width) & (found.x < (1 - MARGIN) * width)
    drawn = (np.abs(found.tilt_deg) < OVERLAY_DEG) & (found.length > OVERLAY * height)
    return found.where(long & inside & ~drawn & (np.abs(found.tilt_deg) < REACH_DEG + 2))


def _measured(ends: np.ndarray) -> Uprights:
    across, down = (ends[:, 1] - ends[:, 0]).T
    upwards = np.where(down < 0, 1.0, -1.0)
    tilt = np.degrees(np.arctan2(-across * upwards, np.abs(down)))
    x, y = ends.mean(axis=1).T
    return Uprights(x, y, tilt, np.hypot(across, down), np.zeros(len(x), bool))


def _outside_mask(ends: np.ndarray, mask: np.ndarray | None, size: tuple[int, int]) -> np.ndarray:
    """Return (L,) bool: neither end nor the middle of the segment lies on the runner."""
    if mask is None:
        return np.ones(len(ends), bool)
    points = np.concatenate([ends, ends.mean(axis=1, keepdims=True)], axis=1)
    last = np.array(mask.shape[::-1]) - 1
    column, row = np.moveaxis((points / np.array(size) * (last + 1)).astype(int).clip(0, last), -1, 0)
    return np.asarray((mask[row, column] > 0).all(axis=1))


def tilt_at(lines: Uprights, runner: tuple[float, float], size: tuple[int, int], images: int = 1) -> float:
    """Return the camera's tilt at the runner's place in deg, NaN if the segments do not show it.

    Parameters
    ----------
    lines : Uprights
        From `images` images of the clip.
    runner : (x, y) px
        The middle of the hips.
    size : (width, height) px of the image

    Returns
    -------
    float
        + = horizon turned anticlockwise; its standard error is `SD_DEG`.

    Notes
    -----
    At least three separate objects must agree, none of them may decide alone, and no other
    tilt may be nearly as well supported. Fails where all edges near the runner lean alike.
    """
    width, height = size
    lines = lines.where(np.argsort(-lines.length, kind="stable")[:MOST])
    if len(lines.x) < FEWEST_OBJECTS:
        return np.nan
    away = (lines.x_at(runner[1]) - runner[0]) / width
    weight = np.minimum(lines.length, 0.5 * height)
    tilt, slope = _best_supported(lines, away, weight)
    for _ in range(4):
        agree = np.abs(lines.tilt_deg - tilt - slope * away) < 1.5 * lines.tolerance_deg
        if agree.sum() < FEWEST_OBJECTS:
            return np.nan
        tilt, slope = _line(lines.where(agree), away[agree], weight[agree])
    total = lines.length[agree].sum() / height / images
    long = lines.length[agree].max() > LONGEST_FROM * height
    sure = total >= ENOUGH and long and _around(away[agree])
    sure = sure and not _rival(lines.tilt_deg - tilt - slope * away, lines.tolerance_deg, weight, agree)
    sure = sure and _jackknife(lines.where(agree), away[agree], weight[agree]) < JACKKNIFE_DEG
    return tilt if sure and abs(tilt) < REACH_DEG else np.nan


def _best_supported(lines: Uprights, away: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return the tilt and the slope that the greatest length of segments agrees on."""
    best = (-1.0, 0.0, 0.0)
    for slope in np.linspace(-CONVERGE_DEG, CONVERGE_DEG, 31):
        level = lines.tilt_deg - slope * away
        near = np.abs(level[:, None] - level) < lines.tolerance_deg
        support = (near @ weight) * (1 - 0.15 * abs(slope) / CONVERGE_DEG)
        first = int(np.argmax(support))
        best = max(best, (float(support[first]), float(level[first]), float(slope)))
    return best[1], best[2]


def _line(lines: Uprights, away: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return the weighted least-squares line; the slope is drawn to zero, as most phones are level."""
    w = weight / lines.tolerance_deg**2 / np.median(weight)
    design = np.stack([np.ones_like(away), away], axis=1)
    normal = (design * w[:, None]).T @ design + np.diag([1e-9, (2 / CONVERGE_DEG) ** 2])
    tilt, slope = np.linalg.solve(normal, (design * w[:, None]).T @ lines.tilt_deg)
    return float(tilt), float(slope)


def _around(away: np.ndarray) -> bool:
    return bool((away.min() < 0 < away.max()) or np.abs(away).min() < BESIDE)


def _rival(off: np.ndarray, tolerance: np.ndarray, weight: np.ndarray, agree: np.ndarray) -> bool:
    """Return whether segments that lean differently agree on a tilt of their own."""
    others = np.flatnonzero(np.abs(off) > 1.5)
    near = np.abs(off[others, None] - off[others]) < tolerance[others]
    return bool((near @ weight[others]).max(initial=0.0) > RIVAL * weight[agree].sum())


def _jackknife(lines: Uprights, away: np.ndarray, weight: np.ndarray) -> float:
    """Return the standard error (deg) of the tilt from leaving out each object in turn."""
    order = np.argsort(away)
    number = np.empty(len(away), int)
    number[order] = np.concatenate([[0], np.cumsum(np.diff(away[order]) > SAME_OBJECT)])
    objects = int(number.max()) + 1
    if objects < FEWEST_OBJECTS:
        return np.inf
    found = [
        _line(lines.where(kept), away[kept], weight[kept])[0]
        for kept in number != np.arange(objects)[:, None]
    ]
    return float(np.sqrt((objects - 1) / objects * np.sum((np.array(found) - np.mean(found)) ** 2)))
