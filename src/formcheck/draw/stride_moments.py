"""A stride in six pictures: from one landing to the next."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.draw.figure import index_at
from formcheck.draw.keyframes import FRONTAL, SETTLED_S, key_moments
from formcheck.types import Analysis, Step

LOADING_SHARE = 0.2  # of the time on the ground: the knee gives
MID_STANCE_SHARE = 0.5
FLIGHT_SHARE = 0.5  # of the time in the air
AMONG = 6  # candidate steps, early ones


@dataclass(frozen=True)
class StrideMoment:
    """One picture of a stride: what happens, and the frame that shows it."""

    words: str  # "left lands"
    time: float  # s in the clip's timebase, of the frame
    index: int  # of the frame in the track


def stride_moments(analysis: Analysis) -> tuple[StrideMoment, ...]:
    """Return landing, loading, mid-stance, toe-off, flight and next landing of one clear step.

    From the front or behind, where landings are not timed, there is the mid-stance of each leg.
    Empty if the clip shows no whole step.
    """
    if analysis.scene.view in FRONTAL:
        return tuple(
            StrideMoment(f"{each.side} {each.event}", _clip_time(analysis, each.index), each.index)
            for each in key_moments(analysis)
        )
    pair = _typical(analysis)
    if pair is None:
        return ()
    step, after = pair
    far = after.contact - step.toe_off
    found = (
        (f"{step.side} lands", step.contact),
        ("loading", step.contact + LOADING_SHARE * step.duration),
        ("mid-stance", step.contact + MID_STANCE_SHARE * step.duration),
        ("toe-off", step.toe_off),
        ("flight", step.toe_off + FLIGHT_SHARE * far),
        (f"{after.side} lands", after.contact),
    )
    indexed = ((words, index_at(analysis.track.time, analysis.on_clip_clock(time))) for words, time in found)
    return tuple(
        StrideMoment(words, _clip_time(analysis, index), index)
        for words, index in indexed
        if index is not None
    )


def _clip_time(analysis: Analysis, index: int) -> float:
    return float(analysis.track.time[index])


def _typical(analysis: Analysis) -> tuple[Step, Step] | None:
    """Return the clearest early step of the near leg and the step of the other leg after it."""
    pairs = [
        (step, after)
        for step, after in zip(analysis.steps, analysis.steps[1:])
        if step.near and step.side != after.side and step.contact > SETTLED_S and step.toe_off < after.contact
    ]
    return max(pairs[:AMONG], key=lambda pair: min(each.confidence for each in pair), default=None)
