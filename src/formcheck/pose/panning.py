"""How a camera that pans after a runner turns, from the background: corners of ground, fence and trees.

A camera that turns in one place moves every pixel in a way that does not depend on how far away things are. So the
background's corners, followed from key frame to key frame, tell each turn and, over a few turns, the focal length.
Links between key frames do not add up noise within one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.pose.pictures import small_grey
from formcheck.types import CameraPath, Frame, PoseTrack, Warn

CORNERS, FEWEST_CORNERS, SPACING_PX = 250, 20, 7
AGREE_PX = 1.0  # px of the small picture by which a corner may miss the common turn
RETURNS_PX = 0.7  # px of the small picture: a corner followed there and back returns to its start
AGREE_SHARE = 0.5  # of the followed corners: most of the picture must be background
SPREAD_SHARE = (
    0.08  # of the width: standard deviation of the corners' columns; closer together they show no turn
)
NEW_KEY_SHARE = 0.22  # of the width: further from the key frame, corners leave the picture
RUNNER_GROWN = 0.18  # of the runner's height around the keypoints: head, hands, clothes, shadow at the feet
LONGEST_GAP_S = 0.15  # without corners: a turn is smooth for so long
FOCAL, FOCAL_SD = 0.8, 0.35  # of the longer side: phones at 1x; log sd
FOCAL_RANGE = (
    0.35,
    5.0,
)  # of the longer side: no lens of a phone is wider or longer; a carried camera looks longer
SHARED = 3.0  # corners of one picture err together: lens, rolling rows, leaves in the wind
LEAST_FOCAL_SD = 0.01  # share: lens distortion
CARRIED_PX = 0.7  # px of the small picture, root mean square of corners about the common turn
KEY_LINKS = 12  # at most so many links tell the focal length

LOST = (
    "The background shows too little to follow the camera's turn{when}. Pan slowly, in bright light, in front of a fence, "
    "trees or a stand, with ground and background in the picture; or keep the camera still."
)
CARRIED = Warn(
    "camera_carried",
    "What lies around the runner does not turn as one, as when the camera itself is carried along, so marks seen at "
    "different moments cannot be joined. Stay in one place beside the run and turn with the runner, or keep the camera still.",
)


@dataclass(frozen=True, eq=False)
class _Link:
    """Corners seen in a key frame and in a later one, px from the middle of the picture."""

    key: int  # number of the key frame
    there: np.ndarray  # (n, 2) px in the key frame
    here: np.ndarray  # (n, 2) px in this frame

    def turn(self, focal: float) -> tuple[np.ndarray, float]:
        """Return (3, 3) from this frame's axes to the key frame's, and the root mean square miss in px."""
        there, here = _rays(self.there, focal), _rays(self.here, focal)
        u, _, vt = np.linalg.svd(there.T @ here)
        turn = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
        seen = here @ turn.T
        off = focal * seen[:, :2] / seen[:, 2:] - self.there
        return turn, float(np.sqrt(np.mean(np.sum(off**2, axis=1))))


def _rays(pixels: np.ndarray, focal: float) -> np.ndarray:
    rays = np.concatenate([pixels / focal, np.ones((len(pixels), 1))], axis=1)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def follow_camera(frames: Iterable[Frame], track: PoseTrack, until: tuple[float, float]) -> CameraPath | Warn:
    """Return how the camera turned, or why that is unknown.

    Parameters
    ----------
    frames : the clip's frames in order, of any size
    track : PoseTrack
        The runner, who is masked out; results are in its pixels.
    until : (first, last) s of the clip between which the turn is needed

    Notes
    -----
    Fails where the camera is carried (recognised by corners that do not turn together, or by a focal length that no
    phone has), and, unnoticed, where most of the picture moves as one: a train that passes, waves.
    """
    chain = _Chain(track)
    for frame in frames:
        if until[0] - 1e-6 <= frame.time <= until[1] + 1e-6:
            chain.look(frame)
    lost = chain.lost()
    if lost is not None:
        return CARRIED if chain.at_odds else Warn("camera_path_lost", LOST.format(when=lost))
    focal, focal_sd = _focal(chain.key_links(), max(track.size))
    turns, sd, off = chain.turns(focal)
    widest = max(track.size)
    outside = not FOCAL_RANGE[0] * widest * 1.02 < focal < FOCAL_RANGE[1] * widest / 1.02
    if outside or off > CARRIED_PX * chain.pixel:
        return CARRIED
    reference = _middle_of(turns, chain.time, track)
    turns = turns[reference].T @ turns
    return CameraPath(
        chain.time, turns, np.sqrt(np.abs(sd**2 - sd[reference] ** 2)), focal, focal_sd, track.size
    )


class _Chain:
    """Follows corners from key frame to key frame."""

    def __init__(self, track: PoseTrack) -> None:
        self._track = track
        self._times: list[float] = []
        self._links: list[_Link | None] = []  # None = nothing could be followed
        self._key: tuple[int, np.ndarray, np.ndarray] | None = None  # number, small picture, corners
        self._guess = np.eye(3)
        self._at_odds = 0  # frames whose corners were found again and do not move together
        self.pixel = 1.0  # px of the track in one px of the small picture

    @property
    def time(self) -> np.ndarray:
        """(T,) s."""
        return np.array(self._times)

    def look(self, frame: Frame) -> None:
        """Process the next frame."""
        small, _ = small_grey(frame.image)
        self.pixel = self._track.size[0] / small.shape[1]
        number, mask = len(self._times), self._mask(small.shape, frame.time)
        self._times.append(frame.time)
        if self._key is None:
            self._links.append(_Link(number, np.empty((0, 2)), np.empty((0, 2))))
            self._refer_to(number, small, mask)
            return
        link = self._link(small, mask)
        self._links.append(link)
        if link is not None and self._wants_another(link):
            self._refer_to(number, small, mask)

    def _wants_another(self, link: _Link) -> bool:
        moved = np.linalg.norm(np.median(link.here - link.there, axis=0))
        few = len(link.here) < max(2 * FEWEST_CORNERS, 0.4 * len(self._key[2])) if self._key else True
        return bool(moved > NEW_KEY_SHARE * self._track.size[0] or few)

    def _refer_to(self, number: int, small: np.ndarray, mask: np.ndarray) -> None:
        corners = cv2.goodFeaturesToTrack(small, CORNERS, 0.005, SPACING_PX, mask=mask)
        found = np.empty((0, 1, 2), np.float32) if corners is None else corners
        self._key, self._guess = (number, small, found), np.eye(3)

    def _link(self, small: np.ndarray, mask: np.ndarray) -> _Link | None:
        """Return the corners of the key frame that are found again and move together; None = too few."""
        assert self._key is not None
        number, before, corners = self._key
        if len(corners) < FEWEST_CORNERS:
            return None
        guess = cv2.perspectiveTransform(corners, self._guess).astype(np.float32)
        now, found = _followed(before, small, corners, guess)
        back, again = _followed(small, before, now, corners.copy())
        returned = np.linalg.norm(back - corners, axis=-1).reshape(-1) < RETURNS_PX
        kept = found & again & returned & _inside(now, mask)
        if kept.sum() < FEWEST_CORNERS:
            return None
        moved, agree = cv2.findHomography(corners[kept], now[kept], cv2.RANSAC, AGREE_PX)
        if moved is None or agree.mean() < AGREE_SHARE or agree.sum() < FEWEST_CORNERS:
            self._at_odds += 1
            return None
        self._guess = moved
        both = np.flatnonzero(kept)[agree.reshape(-1) == 1]
        middle = 0.5 * np.array(self._track.size)
        there, here = (
            self.pixel * (points.reshape(-1, 2)[both].astype(float) + 0.5) - 0.5 - middle
            for points in (corners, now)
        )
        return _Link(number, there, here) if there[:, 0].std() > SPREAD_SHARE * self._track.size[0] else None

    def _mask(self, shape: tuple[int, ...], time: float) -> np.ndarray:
        """Return the mask of what is not the runner."""
        mask = np.full(shape[:2], 255, np.uint8)
        for track in (self._track, self._track.way_back):
            if track is None:
                continue
            points = track.xy[np.abs(track.time - time).argmin()]
            seen = points[np.isfinite(points).all(axis=1)]
            if len(seen):
                (left, top), (right, bottom) = seen.min(axis=0), seen.max(axis=0)
                grown = RUNNER_GROWN * (bottom - top)
                x0, y0, x1, y1 = (
                    max(0, round(v / self.pixel))
                    for v in (left - grown, top - grown, right + grown, bottom + grown)
                )
                mask[y0:y1, x0:x1] = 0
        return mask

    @property
    def at_odds(self) -> bool:
        """Whether corners that do not move together are why most frames without a turn have none."""
        return self._at_odds > 0.5 * sum(link is None for link in self._links)

    def lost(self) -> str | None:
        """Return when the background could not be followed for too long, in words; None = it always could."""
        time = self.time
        known = time[[link is not None for link in self._links]]
        if len(known) < 2:
            return ""
        edges = np.concatenate([[time[0]], known, [time[-1]]])
        gaps = np.diff(edges)
        worst = int(gaps.argmax())
        usual = float(np.median(np.diff(time)))
        if gaps[worst] <= LONGEST_GAP_S + usual:
            return None
        return f" from {edges[worst]:.1f} to {edges[worst + 1]:.1f} s of the clip"

    def key_links(self) -> list[_Link]:
        """Return the links with the widest turns, one for each key frame."""
        last: dict[int, _Link] = {}
        for link in self._links:
            if link is not None and len(link.here):
                last[link.key] = link
        found = sorted(last.values(), key=lambda link: -float(np.ptp(link.here - link.there, axis=0).max()))
        return found[:KEY_LINKS]

    def turns(self, focal: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Return (T, 3, 3) turns to the first frame's axes, (T,) px of error since it, and the usual miss in px."""
        from scipy.spatial.transform import Rotation, Slerp  # slow to load, and few cameras pan

        turns, variance, misses = (
            np.tile(np.eye(3), (len(self._links), 1, 1)),
            np.zeros(len(self._links)),
            [0.0],
        )
        known = np.array([link is not None for link in self._links])
        for number, link in enumerate(self._links):
            if link is not None and len(link.here):
                turn, off = link.turn(focal)
                turns[number] = turns[link.key] @ turn
                variance[number] = variance[link.key] + (SHARED * off) ** 2 / len(link.here)
                misses.append(off)
        time = self.time
        between = Slerp(time[known], Rotation.from_matrix(turns[known]))
        inside = np.clip(time, time[known][0], time[known][-1])
        sd = np.interp(time, time[known], np.sqrt(variance[known]))
        return between(inside).as_matrix(), sd, float(np.median(misses))


def _followed(
    before: np.ndarray, now: np.ndarray, corners: np.ndarray, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where corners went, near a guess, and (n,) whether they were found."""
    to, found, _ = cv2.calcOpticalFlowPyrLK(
        before, now, corners, guess, winSize=(17, 17), maxLevel=3, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    return to, found.reshape(-1) == 1


def _inside(points: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return (n,) bool: which points lie in the picture and not on the runner."""
    column, row = np.round(points.reshape(-1, 2)).astype(int).T
    inside = (column >= 0) & (row >= 0) & (column < mask.shape[1]) & (row < mask.shape[0])
    return np.asarray(inside & (mask[row.clip(0, mask.shape[0] - 1), column.clip(0, mask.shape[1] - 1)] > 0))


def _focal(links: list[_Link], longer: int) -> tuple[float, float]:
    """Return the focal length with which the corners turn together, px, and its standard error as a share."""
    from scipy.optimize import minimize_scalar

    usual = np.log(FOCAL * longer)

    def misfit(log_focal: float) -> float:
        """Return half the sum of squares, in standard errors."""
        prior = 0.5 * float((log_focal - usual) / FOCAL_SD) ** 2
        return prior + sum(
            0.5 * len(link.here) * (link.turn(np.exp(log_focal))[1] / (SHARED * noise)) ** 2 for link in links
        )

    noise = _noise(links, longer)
    low, high = (np.log(share * longer) for share in FOCAL_RANGE)
    best = float(minimize_scalar(misfit, bounds=(low, high), method="bounded", options={"xatol": 1e-4}).x)
    step = 0.02
    bend = (misfit(best + step) - 2 * misfit(best) + misfit(best - step)) / step**2
    return float(np.exp(best)), float(np.hypot(LEAST_FOCAL_SD, 1 / np.sqrt(max(bend, FOCAL_SD**-2))))


def _noise(links: list[_Link], longer: int) -> float:
    """Return the usual miss of a corner with the best focal length of each link, px."""
    tries = longer * np.geomspace(*FOCAL_RANGE, 12)
    best = [min(link.turn(focal)[1] for focal in tries) for link in links]
    return max(float(np.median(best)) if best else 0.0, 0.05)


def _middle_of(turns: np.ndarray, time: np.ndarray, track: PoseTrack) -> int:
    """Return the frame that looks halfway between the directions in which the runner is seen."""
    ahead = turns[:, :, 2]
    aside = np.arctan2(ahead[:, 0], ahead[:, 2])
    seen = np.isfinite(track.xy).any(axis=(1, 2))
    there = (
        (time >= track.time[seen][0]) & (time <= track.time[seen][-1])
        if seen.any()
        else np.ones(len(time), bool)
    )
    middle = 0.5 * (aside[there].min() + aside[there].max())
    return int(np.abs(aside - middle).argmin())
