"""Select the part of a clip that shows one runner moving in one direction; the rest is not measured.

People walk in, turn round, come back, or step in front of the camera; a tracker may jump to
a bystander and back; videos are edited together. One segment is kept, including its gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.scene import features as signs
from formcheck.skeleton import K
from formcheck.types import PoseTrack

LEAP, FASTEST = 0.35, 9.0  # leg lengths, leg lengths/s: no hip moves further than LEAP + FASTEST x time
FURTHEST = 1.5  # leg lengths: after a gap the runner is at most this far away
WINDOW_S = 0.5  # window for the direction of feet and face
POINTING = 0.10  # leg lengths from heel to toe, median over a window: less shows no direction
SHORTEST_BACK_S = 1.5  # a shorter pass has too few steps to be measured
TRAVELLING = 0.9  # leg lengths/s over the ground: less is somebody on a treadmill or in place


@dataclass(frozen=True)
class Segment:
    """Frames [start, stop) in which one person is tracked without a jump or a turn."""

    start: int
    stop: int
    shot: int = 0  # index of the shot, counted over the cuts of the video


def select_segment(track: PoseTrack, cuts: np.ndarray | None = None) -> PoseTrack:
    """Return the track with only the longest segment of one person moving in one direction.

    Parameters
    ----------
    track : PoseTrack
    cuts : (C,) s, first frames of all shots after the first; the segment lies in one shot

    Returns
    -------
    PoseTrack
        The longest unbroken piece, extended by earlier and later ones that begin where it
        ends and have the same direction; all other frames are marked as not seen. The longest
        pass in the opposite direction is its `way_back`. Unchanged where nobody is seen long
        enough to decide.

    Notes
    -----
    Fails where two people of similar size cross so closely that the tracker switches without
    a jump; `Surroundings.people` shows such crossings.
    """
    seen = signs.seen_points(track)
    leg = signs.leg_px(seen * np.array([1.0, -1.0]))
    hip = signs.middle(seen, "hip")
    frames = np.flatnonzero(np.isfinite(hip[:, 0]))
    if len(frames) < 2 or not np.isfinite(leg):
        return track
    ways = _ways(seen, signs.on_ground(seen, track), track.time, leg)
    shots = np.searchsorted(np.empty(0) if cuts is None else cuts, track.time, side="right")
    found = _pieces(hip / leg, track.time, frames, ways, shots)
    chain = _chain(found, hip / leg, track.time, ways)
    breaks = sum(before.shot == after.shot for before, after in zip(found, found[1:]))
    there = _only(track, chain, frames, breaks)
    turned = [piece for piece in found if _turned_round(piece, chain, ways)]
    back = _chain(turned, hip / leg, track.time, ways) if turned else []
    if sum(float(track.time[piece.stop - 1] - track.time[piece.start]) for piece in back) < SHORTEST_BACK_S:
        return there
    return replace(there, way_back=_only(track, back, frames, breaks))


def _only(track: PoseTrack, chain: list[Segment], frames: np.ndarray, breaks: int) -> PoseTrack:
    """Return the track with the frames of these pieces; `frames` are those with a person."""
    kept = np.zeros(len(track.time), bool)
    for piece in chain:
        kept[piece.start : piece.stop] = True
    left_out = 1 - float(kept[frames].mean())
    return replace(
        track,
        xy=np.where(kept[:, None, None], track.xy, np.nan),
        confidence=np.where(kept[:, None], track.confidence, 0.0),
        breaks=breaks,
        left_out_share=left_out,
    )


def _ways(seen: np.ndarray, ground: np.ndarray, time: np.ndarray, leg: float) -> np.ndarray:
    """Return (T, 2) +1 right, -1 left, 0 unclear: direction of the feet and direction of the hip."""
    window = ((time - time[0]) / WINDOW_S).astype(int)
    feet = np.stack(
        [seen[:, K[f"{side}_toe"], 0] - seen[:, K[f"{side}_heel"], 0] for side in ("left", "right")]
    )
    hip = signs.middle(ground, "hip")[:, 0]
    found = np.zeros((window[-1] + 1, 2))
    for k in range(len(found)):
        here = window == k
        found[k, 0] = _clear(signs.median(feet[:, here]) / leg, POINTING)
        found[k, 1] = _clear(signs.slope(hip[here], time[here]) / leg, TRAVELLING)
    return np.asarray(found[window])


def _clear(value: float, least: float) -> float:
    return float(np.sign(value)) if abs(value) > least else 0.0  # NaN is unclear


def _pieces(
    hip: np.ndarray, time: np.ndarray, frames: np.ndarray, ways: np.ndarray, shots: np.ndarray
) -> list[Segment]:
    """Cut where the hip jumps, a direction changes or another shot begins."""
    moved = np.linalg.norm(np.diff(hip[frames], axis=0), axis=-1)
    apart = np.diff(time[frames])
    leaps = moved > np.minimum(LEAP + FASTEST * apart, max(FURTHEST, LEAP + FASTEST * float(apart.min())))
    turns = _turns(ways[frames, 0]) | _turns(ways[frames, 1])
    cuts = np.flatnonzero(leaps | turns | (np.diff(shots[frames]) > 0)) + 1
    starts, stops = [0, *cuts.tolist()], [*cuts.tolist(), len(frames)]
    return [
        Segment(int(frames[a]), int(frames[b - 1]) + 1, int(shots[frames[a]])) for a, b in zip(starts, stops)
    ]


def _turns(direction: np.ndarray) -> np.ndarray:
    """Return (n - 1,) bool: the first frame of a clear direction that differs from the last clear one."""
    turned = np.zeros(max(0, len(direction) - 1), bool)
    last = 0.0
    for k, now in enumerate(direction):
        if now and last and now != last:
            turned[k - 1] = True
        last = now or last
    return turned


def _chain(found: list[Segment], hip: np.ndarray, time: np.ndarray, ways: np.ndarray) -> list[Segment]:
    """Return the longest piece with all pieces that continue it on either side."""
    longest = max(range(len(found)), key=lambda k: time[found[k].stop - 1] - time[found[k].start])
    chain = [found[longest]]
    way = _way(found[longest], ways)
    for piece in found[longest + 1 :]:
        if _goes_on(chain[-1], piece, hip, time) and not np.any(_way(piece, ways) * way < 0):
            chain.append(piece)
    for piece in reversed(found[:longest]):
        if _goes_on(piece, chain[0], hip, time) and not np.any(_way(piece, ways) * way < 0):
            chain.insert(0, piece)
    return chain


def _way(piece: Segment, ways: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(ways[piece.start : piece.stop].sum(axis=0)))


def _turned_round(piece: Segment, chain: list[Segment], ways: np.ndarray) -> bool:
    """Return whether feet or hips clearly point the other way than in a chain, and neither points its way."""
    way = np.sign(sum(_way(each, ways) for each in chain)) * _way(piece, ways)
    return bool(np.any(way < 0) and not np.any(way > 0))


def _goes_on(before: Segment, after: Segment, hip: np.ndarray, time: np.ndarray) -> bool:
    """Return whether a piece begins where the one before it ended, in the same shot."""
    a, b = before.stop - 1, after.start
    allowed = min(LEAP + FASTEST * float(time[b] - time[a]), FURTHEST)
    return before.shot == after.shot and bool(np.linalg.norm(hip[b] - hip[a]) <= allowed)
