"""Counting repetitions: a leg rises above one level, peaks, and falls below another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from statistics import median
from typing import get_args

import numpy as np

from formcheck.coaching.drillcheck.moves import Moves
from formcheck.coaching.drillcheck.rules import Counting
from formcheck.types import Side

REFRACTORY = 0.6  # of the median time between repetitions of a leg: nearer ones are one
LOW, HIGH = 10, 95  # percentiles between which a leg's signal moves
ENTER_SHARE, LEAVE_SHARE = 0.40, 0.25  # of that: no level is lower (the far hip may be off all clip long)
FEWEST_WHOLE = 2  # repetitions of a leg that the clip's ends do not cut
PAUSE = 3.0  # median intervals; a longer gap ends a set ...
PAUSE_S = 1.5  # ... if it also lasts so long


@dataclass(frozen=True)
class Rep:
    """One repetition of one leg. Times in s of real time."""

    side: Side
    start: float  # s, the leg has come up
    peak: float  # s
    end: float  # s, it is down again; NaN = the clip ends first
    height: float  # of the drill's own signal at the peak
    full: bool


def count(moves: Moves, rule: Counting) -> tuple[Rep, ...]:
    """Return every repetition of both legs whose peak lies within the clip, ordered by peak."""
    found = [rep for side in get_args(Side) for rep in _of_leg(moves, rule, side)]
    return tuple(sorted(found, key=lambda rep: rep.peak))


def longest_set(reps: Sequence[Rep]) -> tuple[Rep, ...]:
    """Return the set with the most repetitions, where a clip shows several with pauses between."""
    if len(reps) < 3:
        return tuple(reps)
    gaps = np.diff([rep.peak for rep in reps])
    pauses = np.flatnonzero(gaps > max(PAUSE_S, PAUSE * float(np.median(gaps)))) + 1
    edges = [0, *pauses.tolist(), len(reps)]
    sets = [tuple(reps[start:stop]) for start, stop in zip(edges[:-1], edges[1:])]
    return max(sets, key=len)


def signal_of(moves: Moves, rule: Counting, side: Side) -> np.ndarray:
    """Return a leg's signal for a drill, (N,)."""
    column = 0 if side == "left" else 1
    if rule.signal == "knee":
        return moves.knee[:, column]
    if rule.signal == "fold":
        return moves.fold[:, column]
    return (moves.lift if side == "left" else -moves.lift) / moves.lift_peak


def _of_leg(moves: Moves, rule: Counting, side: Side) -> list[Rep]:
    signal = signal_of(moves, rule, side)
    spans = _spans(signal, *_levels(signal, rule))
    found = [_rep(moves.time, signal, rule, side, *span) for span in spans]
    first, last = float(moves.time[0]), float(moves.time[-1])
    whole = [rep for rep in found if rep.start > first and isfinite(rep.end)]
    return _without_doubles([rep for rep in found if first < _top(rep, whole, first) < last])


def _top(rep: Rep, whole: Sequence[Rep], first: float) -> float:
    """Return when a repetition is highest; one cut off by the clip's end is timed like the complete ones.

    Near its top a leg hardly moves, so noise would decide whether it comes before the
    clip's end; crossing the levels is quick.
    """
    if rep in whole or len(whole) < FEWEST_WHOLE or (rep.start <= first and isnan(rep.end)):
        return rep.peak
    if rep.start <= first:
        return rep.end - median(each.end - each.peak for each in whole)
    return rep.start + median(each.peak - each.start for each in whole)


def _levels(signal: np.ndarray, rule: Counting) -> tuple[float, float]:
    """Return where a repetition begins and ends: the rule's levels, higher for a leg that reads too high throughout."""
    seen = signal[np.isfinite(signal)]
    if len(seen) == 0:
        return rule.enter, rule.leave
    low, high = np.percentile(seen, [LOW, HIGH])
    return max(rule.enter, low + ENTER_SHARE * (high - low)), max(
        rule.leave, low + LEAVE_SHARE * (high - low)
    )


def _spans(signal: np.ndarray, enter: float, leave: float) -> list[tuple[int, int]]:
    """Return [start, stop) of each stay above: from crossing `enter` until falling below `leave`."""
    spans, start = [], None
    for k, value in enumerate(signal):
        if start is None and value > enter:
            start = k
        elif start is not None and value < leave:
            spans.append((start, k))
            start = None
    return spans if start is None else [*spans, (start, len(signal))]


def _rep(time: np.ndarray, signal: np.ndarray, rule: Counting, side: Side, start: int, stop: int) -> Rep:
    top = start + int(np.nanargmax(signal[start:stop]))
    end = float(time[stop]) if stop < len(signal) else np.nan
    height = float(signal[top])
    return Rep(side, float(time[start]), float(time[top]), end, height, height >= rule.full)


def _without_doubles(reps: list[Rep]) -> list[Rep]:
    """Of two repetitions of a leg too close together keep the higher."""
    if len(reps) < 3:
        return reps
    least = REFRACTORY * float(np.median(np.diff([rep.peak for rep in reps])))
    kept: list[Rep] = []
    for rep in reps:
        if kept and rep.peak - kept[-1].peak < least:
            kept[-1] = max(kept[-1], rep, key=lambda each: each.height)
        else:
            kept.append(rep)
    return kept
