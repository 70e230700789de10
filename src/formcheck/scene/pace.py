"""Find when the runner runs at a steady pace, and when they stand quietly.

People press record, stand, step on, speed up, run, slow down and step off. Rhythm, stride length
and trunk lean of every stride show which seconds are one steady run; the rest is not averaged
in. A quiet stand is kept as well because posture can be calibrated from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.motion.preprocess import stretches
from formcheck.scene import features as signs
from formcheck.skeleton import K

SWINGS_HZ = 6.0  # cut-off for the ankle separation: steps have at most 5 Hz
CROSSED = 0.2  # of the usual swing, to both sides: less is noise while the legs are together
UNSEEN_S = 0.25  # s without the ankles: a stride that spans this gap is unknown
# At one pace, a runner's stride time varies by 2 to 4 % and stride length by 6 % from stride to stride.
SAME_TIME, SAME_SWING, SAME_LEAN_DEG = 0.15, 0.25, 10.0
INTERRUPTED = 2.0  # strides: one missed or false crossing affects this many without a change of pace
EDGE = 1.0  # strides: fewer at the edge of the clip are not a change of pace either
FEWEST_FRAMES = 4
MOST_SPANS = 4
MOST_PACES = 100  # strides whose pace is tested for the longest run
STILL_S = 0.5  # more than a step of running
STILL = (
    0.045  # leg lengths: keypoints of a standing person have an sd of 0.01 to 0.04, a jogger's ankles 0.06
)
SAME_PLACE = 2.0  # of that limit: a rest begins and ends with a frame no further from its mean
STILL_SEEN = 0.8  # of the frames
SHORTEST_STAND_S = 1.0
STRAIGHT_DEG, UPRIGHT_DEG = 25.0, 20.0  # knees and trunk of somebody who is standing
LEVEL_FEET = 0.15  # leg lengths between the heights of the ankles, for a far foot seen from above


@dataclass(frozen=True)
class Span:
    """Seconds [start, stop] in the clip's own timebase."""

    start: float
    stop: float
    steps: int = 0  # whole steps
    steps_per_min: float = np.nan  # in the clip's timebase

    @property
    def length(self) -> float:
        """Length in s."""
        return self.stop - self.start

    @property
    def inner(self) -> Span:
        """The span without its first and its last step, which may be at another pace."""
        step = 60 / self.steps_per_min
        return replace(self, start=self.start + step, stop=self.stop - step)


@dataclass(frozen=True, eq=False)
class Strides:
    """Every stride, from one crossing of the ankles to the second one after it: K strides."""

    start: np.ndarray  # (K,) s
    stop: np.ndarray  # (K,) s
    swing: np.ndarray  # (K,) range of the ankle separation, trunk lengths
    lean_deg: np.ndarray  # (K,) median angle of the trunk in the image
    seen_start: np.ndarray  # (K,) s for which the ankles had been seen up to `start`
    seen_stop: np.ndarray  # (K,) s for which the ankles had been seen up to `stop`

    @property
    def time(self) -> np.ndarray:
        """(K,) s, duration of each stride."""
        return np.asarray(self.stop - self.start)

    @property
    def seen(self) -> np.ndarray:
        """(K,) bool, whether the ankles were seen throughout."""
        return np.asarray(self.seen_stop - self.seen_start > self.time - 1e-6)


def steady_spans(xy: np.ndarray, time: np.ndarray, axis: int) -> tuple[Span, ...]:
    """Return the spans in which somebody moves at one steady pace, the longest first.

    Parameters
    ----------
    xy : (T, 21, 2) px relative to the ground, y up, NaN = not seen
    time : (T,) s
    axis : int
        Axis along which the ankles separate: 0 from the side, 1 from the front or rear.

    Returns
    -------
    tuple of Span
        At most four, disjoint, each of strides that are similar in time, length and trunk
        lean. Empty where the legs do not alternate.

    Notes
    -----
    A change of pace by less than `SAME_TIME` and `SAME_SWING` is not detected, nor is any change
    while the ankles are hidden. Walking can be steady too: the activity is not checked here.
    """
    if len(time) < FEWEST_FRAMES:
        return ()
    strides = find_strides(xy, time, axis)
    there = time[np.isfinite(xy).any(axis=(1, 2))]
    still = time[_inner(still_legs(xy, time))]
    left = strides.seen.copy()
    spans: list[Span] = []
    while left.any() and len(spans) < MOST_SPANS:
        first, last = _longest_alike(strides, left)
        spans.append(_to_the_edges(strides, first, last, there, still))
        left &= (strides.stop <= spans[-1].start) | (strides.start >= spans[-1].stop)
    return tuple(sorted(spans, key=lambda span: -span.length))


def find_strides(xy: np.ndarray, time: np.ndarray, axis: int) -> Strides:
    """Return the strides of a track, from the times at which the ankles pass each other."""
    apart = signs.smoothed(signs.separation(xy, axis), time, SWINGS_HZ)
    seen = np.isfinite(apart)
    crossings = _crossings(apart[seen], time[seen])
    start, stop = crossings[:-2], crossings[2:]
    trunk = signs.middle(xy, "shoulder") - signs.middle(xy, "hip")
    length, lean = np.linalg.norm(trunk, axis=-1), np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1]))
    frames = [seen & (time >= a) & (time <= b) for a, b in zip(start, stop)]
    swing = np.array([np.ptp(apart[here]) / signs.median(length[here]) for here in frames])
    leans = np.array([signs.median(lean[here]) for here in frames])
    return Strides(start, stop, swing, leans, _seen_s(time[seen], start), _seen_s(time[seen], stop))


def _seen_s(seen: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how many seconds up to each moment have samples, without gaps over `UNSEEN_S`."""
    if len(seen) < 2:
        return np.zeros(len(at))
    gaps = np.diff(seen)
    counted = np.concatenate([[0.0], np.cumsum(np.where(gaps > UNSEEN_S, 0.0, gaps))])
    return np.asarray(np.interp(at, seen, counted))


def _crossings(apart: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return when the ankles pass each other, s: from clearly apart to clearly apart the other way."""
    if len(apart) < 4:
        return np.empty(0)
    low, high = np.percentile(apart, [2, 98])
    centred = apart - 0.5 * (low + high)
    clear = np.flatnonzero(np.abs(centred) > CROSSED * 0.5 * (high - low))
    sign = np.sign(centred)
    turns = np.flatnonzero(sign[clear][1:] != sign[clear][:-1])
    return np.array([_last_zero(centred, time, clear[k], clear[k + 1]) for k in turns])


def _last_zero(values: np.ndarray, time: np.ndarray, first: int, last: int) -> float:
    """Return when a signal last changes its sign between two samples."""
    here = np.arange(first, last)
    at = here[np.sign(values[here]) != np.sign(values[here + 1])][-1]
    return float(time[at] + (time[at + 1] - time[at]) * values[at] / (values[at] - values[at + 1]))


def _longest_alike(strides: Strides, left: np.ndarray) -> tuple[int, int]:
    """Return the first and last stride of the longest run at one pace, among the strides left."""
    places = np.flatnonzero(left)
    tried = places[:: -(-len(places) // MOST_PACES)]
    runs = [(k, k) for k in tried[:1]]
    runs += [run for k in tried for run in _unbroken(strides, left & _alike(strides, k))]
    return max(runs, key=lambda run: strides.stop[run[1]] - strides.start[run[0]])


def _alike(strides: Strides, k: int) -> np.ndarray:
    """Return (K,) bool: the strides at the pace of stride `k`; an isolated one counts as chance."""
    same = np.abs(strides.time / strides.time[k] - 1) <= SAME_TIME
    same &= np.abs(strides.swing / strides.swing[k] - 1) <= SAME_SWING
    same &= ~(np.abs(strides.lean_deg - strides.lean_deg[k]) > SAME_LEAN_DEG)
    return np.asarray(same & (np.append(same[1:], False) | np.insert(same[:-1], 0, False)))


def _unbroken(strides: Strides, alike: np.ndarray) -> list[tuple[int, int]]:
    """Return the first and last stride of each run that other strides do not interrupt for long."""
    places = np.flatnonzero(alike)
    if len(places) == 0:
        return []
    longest = INTERRUPTED * float(np.median(strides.time[places]))
    broken = strides.seen_start[places[1:]] - strides.seen_stop[places[:-1]] > longest
    firsts = np.concatenate([places[:1], places[1:][broken]])
    lasts = np.concatenate([places[:-1][broken], places[-1:]])
    return list(zip(firsts.tolist(), lasts.tolist()))


def _to_the_edges(strides: Strides, first: int, last: int, there: np.ndarray, still: np.ndarray) -> Span:
    """Return the span of some strides, with the partial step at either end."""
    stride = float(np.median(strides.time[first : last + 1]))
    crossings = np.concatenate([strides.start, strides.stop])
    start = -_edge(-strides.start[first], stride, -there[0], -still, -crossings)
    stop = _edge(strides.stop[last], stride, there[-1], still, crossings)
    return Span(float(start), float(stop), last - first + 2, 120 / stride)


def _edge(at: float, stride: float, end: float, still: np.ndarray, crossings: np.ndarray) -> float:
    """Return until when a run that is steady until `at` continues, s.

    It continues to the end of the clip where that is near; otherwise up to one step further, unless
    the legs stand still or pass each other before: then that step is at another pace.
    """
    rests = still[still > at]
    if end - at <= EDGE * stride and not len(rests):
        return end
    if ((crossings > at + 1e-9) & (crossings < at + 0.75 * stride)).any():
        return at
    return float(min([at + 0.5 * stride, end, *rests.tolist()]))


def _inner(flags: np.ndarray) -> np.ndarray:
    """Return the flags without the first and last of each series: a run begins within those frames."""
    return np.asarray(flags & np.append(flags[1:], True) & np.insert(flags[:-1], 0, True))


def still_legs(xy: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (T,) bool, whether both ankles keep their position relative to the hips for half a second."""
    hip = signs.middle(xy, "hip")
    feet = [xy[:, K[f"{side}_ankle"]] - hip for side in ("left", "right")]
    return _still(np.concatenate(feet, axis=1) / signs.leg_px(xy), time)


def _still(points: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return (T,) bool: which rows of (T, C) leg lengths are in half a second without motion."""
    still = np.zeros(len(time), bool)
    starts = np.flatnonzero(time + STILL_S <= time[-1] + 1e-6)
    stops = np.searchsorted(time, time[starts] + STILL_S + 1e-6)
    mean, sd = _moving_mean_and_sd(points, starts, stops)
    for k in np.flatnonzero(sd.max(axis=1) < STILL):
        off = np.abs(points[starts[k] : stops[k]] - mean[k]).max(axis=1)
        near = np.flatnonzero(off < SAME_PLACE * STILL)
        still[starts[k] + near[0] : starts[k] + near[-1] + 1] = True
    return still


def _moving_mean_and_sd(
    points: np.ndarray, starts: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (W, C) mean and sd of rows [start, stop); NaN where less than `STILL_SEEN` of them is finite."""
    seen = np.isfinite(points).all(axis=1)
    level = np.nan_to_num(np.nanmean(np.where(seen[:, None], points, np.nan), axis=0)) if seen.any() else 0.0
    filled = np.where(seen[:, None], points - level, 0.0)
    rows, sums, squares = (
        _sums(each)[stops] - _sums(each)[starts] for each in (seen[:, None] * 1.0, filled, filled**2)
    )
    enough = rows >= STILL_SEEN * (stops - starts)[:, None]
    count = np.where(enough, np.maximum(rows, 1.0), np.nan)
    return sums / count + level, np.sqrt(np.maximum(squares / count - (sums / count) ** 2, 0.0))


def _sums(values: np.ndarray) -> np.ndarray:
    """Return (T + 1, C) cumulative sums of the first 0, 1, ... T rows."""
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def quiet_stand(xy: np.ndarray, time: np.ndarray) -> Span | None:
    """Return the longest quiet stand of a second or more, None where there is none.

    Parameters
    ----------
    xy : (T, 21, 2) px relative to the ground, y up, NaN = not seen
    time : (T,) s

    Returns
    -------
    Span or None
        Hips and ankles do not move, both feet are equally low, and knees and trunk are
        straight: a frozen frame of a stride is not a stand.
    """
    if len(time) < FEWEST_FRAMES:
        return None
    hip, leg = signs.middle(xy, "hip"), signs.leg_px(xy)
    feet = [xy[:, K[f"{side}_ankle"]] for side in ("left", "right")]
    rests = _still(np.concatenate([hip, *feet], axis=1) / leg, time)
    spans = [Span(float(time[a]), float(time[b - 1])) for a, b in stretches(rests) if _stands(xy[a:b], leg)]
    longest = max(spans, key=lambda span: span.length, default=None)
    return longest if longest is not None and longest.length >= SHORTEST_STAND_S else None


def _stands(xy: np.ndarray, leg: float) -> bool:
    """Return whether these frames show somebody upright on two straight legs."""
    trunk = signs.middle(xy, "shoulder") - signs.middle(xy, "hip")
    lean = np.degrees(np.arctan2(np.abs(trunk[:, 0]), trunk[:, 1]))
    uneven = np.abs(signs.separation(xy, 1)) / leg
    return (
        signs.median(signs.flexion_of_knees(xy)) < STRAIGHT_DEG
        and signs.median(lean) < UPRIGHT_DEG
        and signs.median(uneven) < LEVEL_FEET
    )
